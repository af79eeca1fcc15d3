-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- What people ask for of projects beside their stage: how much principal is drawn and not repaid, how many flags stand,
-- and whether a correction waits. Code that does not know these yet leaves them as they are until it is gone.
ALTER TABLE projects
ADD COLUMN outstanding_fen bigint,
ADD COLUMN flags bigint,
ADD COLUMN correction bigint,
ADD CONSTRAINT outstanding_is_part_of_the_principal CHECK (outstanding_fen BETWEEN 0 AND principal_fen) NOT VALID,
ADD CONSTRAINT flags_are_counted CHECK (flags >= 0) NOT VALID,
-- Article 5.4: only an approved project has a correction beside it, and that is a later version.
ADD CONSTRAINT correction_is_of_an_approved_project CHECK (
    correction IS NULL OR (stage = 'approved' AND correction > filing)
) NOT VALID;

UPDATE projects SET
    outstanding_fen = (
        SELECT coalesce(sum((drawdown ->> 'amount_fen')::bigint), 0)
        FROM json_array_elements(coalesce(state::json -> 'drawdowns', '[]'::json)) AS drawdown
    ) - (
        SELECT coalesce(sum((repayment ->> 'amount_fen')::bigint), 0)
        FROM json_array_elements(coalesce(state::json -> 'repayments', '[]'::json)) AS repayment
    ),
    flags = json_array_length(coalesce(state::json -> 'flags', '[]'::json))
WHERE filing IS NOT NULL;

-- Live projects are few beside all that ever were: they are counted, and looked through, without the others.
-- The table is small where this runs, and the lock is held no longer than the timeout above.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX projects_live ON projects (pool_id, outstanding_fen)
WHERE stage IN ('late', 'filed', 'returned', 'approved');
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX projects_flagged ON projects (pool_id) WHERE flags > 0;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX projects_with_correction ON projects (pool_id) WHERE correction IS NOT NULL;

GRANT UPDATE (outstanding_fen, flags, correction) ON projects TO riskpool_registry;

-- migrate:down

-- We go forward only: a mistake is mended by the next migration.
