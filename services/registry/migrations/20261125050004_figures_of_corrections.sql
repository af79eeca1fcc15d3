-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- Corrections count in the year of their intake (6.7). What one makes of the covered principal is counted as raised or
-- lowered, so that no year's figure falls below zero for what an earlier year has covered.
ALTER TABLE annual_figures
ADD COLUMN corrections bigint NOT NULL DEFAULT 0,
ADD COLUMN corrections_approved bigint NOT NULL DEFAULT 0,
ADD COLUMN corrections_returned bigint NOT NULL DEFAULT 0,
ADD COLUMN corrections_rejected bigint NOT NULL DEFAULT 0,
ADD COLUMN principal_raised_fen bigint NOT NULL DEFAULT 0,
ADD COLUMN principal_lowered_fen bigint NOT NULL DEFAULT 0,
ADD CONSTRAINT corrections_are_counted CHECK (
    least(
        corrections, corrections_approved, corrections_returned, corrections_rejected, principal_raised_fen,
        principal_lowered_fen
    ) >= 0
) NOT VALID;

GRANT UPDATE (
    corrections, corrections_approved, corrections_returned, corrections_rejected, principal_raised_fen,
    principal_lowered_fen
) ON annual_figures TO riskpool_registry;

-- migrate:down

-- We go forward only: a mistake is mended by the next migration.
