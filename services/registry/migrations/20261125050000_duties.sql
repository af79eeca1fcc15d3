-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- What an institution has to do by a day (6.9). A row is written when its duty begins, and moved on with each reminder.
CREATE TABLE duties (
    duty_id uuid PRIMARY KEY,
    pool_id uuid NOT NULL REFERENCES pools (pool_id),
    kind text NOT NULL,
    -- The project, or the pool itself.
    subject_id uuid NOT NULL,
    reference text NOT NULL,
    holder text NOT NULL,
    due_on date NOT NULL,
    -- So many days before it is due it is announced; 0 is the day itself, -1 the day after it.
    steps_days integer [] NOT NULL,
    -- The day of its next announcement; null when none is left.
    announce_on date,
    ended boolean NOT NULL DEFAULT false,
    CONSTRAINT nothing_ended_is_announced CHECK (NOT ended OR announce_on IS NULL),
    CONSTRAINT no_announcement_after_the_last_step CHECK (announce_on IS NULL OR cardinality(steps_days) > 0)
);

-- What a day that begins asks for: a pool's duties whose announcement has come, the longest waiting first.
CREATE INDEX duties_to_announce ON duties (pool_id, announce_on, duty_id) WHERE announce_on IS NOT NULL;

GRANT SELECT, INSERT (
    duty_id, pool_id, kind, subject_id, reference, holder, due_on, steps_days, announce_on
) ON duties TO riskpool_registry;
GRANT UPDATE (due_on, steps_days, announce_on, ended) ON duties TO riskpool_registry;

-- migrate:down

-- We go forward only: a mistake is mended by the next migration.
