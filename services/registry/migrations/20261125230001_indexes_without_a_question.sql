-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- No statement of the service, of the command line or of its documents looks rows up by these: a project and a matter
-- are found by their ids, and what falls due on a day is rows of duties. Each filing and each decision paid for them.
-- Dropping is a matter of the catalogue: the lock is held for a moment, and no longer than the timeout above.
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX IF EXISTS projects_by_stage;
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX IF EXISTS projects_by_borrower;
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX IF EXISTS matters_by_stage;

-- migrate:down

-- We go forward only: a mistake is mended by the next migration.
