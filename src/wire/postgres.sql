CREATE TABLE account_store (
  one    boolean NOT NULL PRIMARY KEY CHECK (one),
  layout integer NOT NULL
);

INSERT INTO account_store (one, layout) VALUES (true, 1);

CREATE TABLE accounts (
  id     text COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
  link   text COLLATE "C" CHECK (link <> ''),
  active boolean NOT NULL
);

CREATE UNIQUE INDEX accounts_by_link ON accounts (link) WHERE link IS NOT NULL;

CREATE TABLE attributes (
  account text COLLATE "C" NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name    text COLLATE "C" NOT NULL CHECK (name <> ''),
  value   text COLLATE "C" NOT NULL CHECK (value <> ''),
  type    text COLLATE "C" NOT NULL DEFAULT 'text' CHECK (CASE type
            WHEN 'text'    THEN true
            WHEN 'boolean' THEN value IN ('true', 'false')
            WHEN 'number'  THEN CASE WHEN value ~ '^(0|-?[1-9][0-9]{0,18})$'
                             THEN value::numeric BETWEEN -9223372036854775808 AND 9223372036854775807 ELSE false END
            WHEN 'list'    THEN json_typeof(value::json) = 'array'
            ELSE false END),
  PRIMARY KEY (account, name)
);

CREATE TABLE entitlements (
  entitlement text COLLATE "C" NOT NULL CHECK (entitlement <> ''),
  value       text COLLATE "C" NOT NULL CHECK (value <> ''),
  scope       text COLLATE "C" NOT NULL DEFAULT '',
  PRIMARY KEY (entitlement, value, scope)
);

CREATE TABLE grants (
  account     text COLLATE "C" NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  entitlement text COLLATE "C" NOT NULL,
  value       text COLLATE "C" NOT NULL,
  scope       text COLLATE "C" NOT NULL DEFAULT '',
  PRIMARY KEY (account, entitlement, value, scope),
  FOREIGN KEY (entitlement, value, scope) REFERENCES entitlements (entitlement, value, scope)
);

CREATE INDEX grants_by_right ON grants (entitlement, value, scope);

CREATE TABLE groups (
  name text COLLATE "C" NOT NULL PRIMARY KEY CHECK (name <> '')
);

CREATE TABLE group_members (
  name    text COLLATE "C" NOT NULL REFERENCES groups (name) ON UPDATE CASCADE ON DELETE CASCADE,
  account text COLLATE "C" NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  PRIMARY KEY (name, account)
);

CREATE INDEX group_members_by_account ON group_members (account);

CREATE SEQUENCE account_number AS bigint;
