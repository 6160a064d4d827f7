PRAGMA application_id = 1381450067; -- 'RWAS'
PRAGMA user_version = 1;

CREATE TABLE accounts (
  id     TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
  link   TEXT CHECK (link <> ''),
  active INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX accounts_by_link ON accounts (link) WHERE link IS NOT NULL;

CREATE TABLE attributes (
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name    TEXT NOT NULL CHECK (name <> ''),
  value   TEXT NOT NULL CHECK (value <> ''),
  type    TEXT NOT NULL DEFAULT 'text' CHECK (CASE type
            WHEN 'text'    THEN 1
            WHEN 'boolean' THEN value IN ('true', 'false')
            WHEN 'number'  THEN value = CAST(CAST(value AS INTEGER) AS TEXT)
            WHEN 'list'    THEN CASE WHEN json_valid(value) THEN json_type(value) = 'array' ELSE 0 END
            ELSE 0 END),
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE entitlements (
  entitlement TEXT NOT NULL CHECK (entitlement <> ''),
  value       TEXT NOT NULL CHECK (value <> ''),
  scope       TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (entitlement, value, scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (
  account     TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  entitlement TEXT NOT NULL,
  value       TEXT NOT NULL,
  scope       TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (account, entitlement, value, scope),
  FOREIGN KEY (entitlement, value, scope) REFERENCES entitlements (entitlement, value, scope)
) STRICT, WITHOUT ROWID;

CREATE INDEX grants_by_right ON grants (entitlement, value, scope);

CREATE TABLE groups (
  name TEXT NOT NULL PRIMARY KEY CHECK (name <> '')
) STRICT, WITHOUT ROWID;

CREATE TABLE group_members (
  name    TEXT NOT NULL REFERENCES groups (name) ON UPDATE CASCADE ON DELETE CASCADE,
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  PRIMARY KEY (name, account)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_members_by_account ON group_members (account);

CREATE TABLE next_account (
  one    INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  number INTEGER NOT NULL CHECK (number > 0)
) STRICT, WITHOUT ROWID;

INSERT INTO next_account (one, number) VALUES (1, 1);
