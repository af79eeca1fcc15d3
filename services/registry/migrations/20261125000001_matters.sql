-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- What has a life of its own in a pool beside its projects: an interpretation, a selection, an evaluation.
-- A row with nothing but its ids holds the lock of a beginning that was not accepted yet.
CREATE TABLE matters (
    matter_id uuid PRIMARY KEY,
    pool_id uuid NOT NULL REFERENCES pools (pool_id),
    kind text,
    number text,
    stage text,
    state text,
    CONSTRAINT matter_has_begun_or_is_empty CHECK (num_nulls(kind, number, stage, state) IN (0, 4)),
    CONSTRAINT one_matter_per_number UNIQUE (pool_id, kind, number)
);

-- What people ask for: a pool's matters of one kind that are still under way.
CREATE INDEX matters_by_stage ON matters (pool_id, kind, stage);

-- The service inserts empty rows and fills them in; ids and a matter's pool never change, and nothing is deleted.
GRANT SELECT, INSERT (matter_id, pool_id) ON matters TO riskpool_registry;
GRANT UPDATE (kind, number, stage, state) ON matters TO riskpool_registry;

-- migrate:down

-- We go forward only: a mistake is mended by the next migration.
