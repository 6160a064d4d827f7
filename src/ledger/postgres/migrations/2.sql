-- When each instance was run, and which process runs it, where several processes share the work.
CREATE TABLE turns (
    instance text PRIMARY KEY,
    version bigint NOT NULL CHECK (version > 0),
    turn text NOT NULL
);
