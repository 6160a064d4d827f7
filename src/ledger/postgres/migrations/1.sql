-- One row an instance (`default/dstny`; `default/dstny/1` is an old one that was reset). A row is replaced only where `version`
-- and `writer` are still those that were read.
CREATE TABLE ledgers (
    instance text PRIMARY KEY,
    version bigint NOT NULL CHECK (version > 0),
    writer text NOT NULL,
    format text NOT NULL,
    state text NOT NULL,
    memory text,
    accounts text,
    settled_tree text
);
-- The record of each run, and what was settled after it.
CREATE TABLE runs (
    instance text NOT NULL REFERENCES ledgers ON UPDATE CASCADE,
    number bigint NOT NULL CHECK (number > 0),
    run text NOT NULL,
    record text NOT NULL,
    settled text,
    settled_tree text,
    PRIMARY KEY (instance, number)
);
-- Git trees of policies that were settled, each with its files as a git pack.
CREATE TABLE policies (
    tree text PRIMARY KEY,
    pack bytea NOT NULL
);
