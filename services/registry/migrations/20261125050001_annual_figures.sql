-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- What happened in a pool in a year, counted event by event as it happens; the annual summary is drawn up from it (6.7).
CREATE TABLE annual_figures (
    pool_id uuid NOT NULL REFERENCES pools (pool_id),
    year bigint NOT NULL CHECK (year BETWEEN 2000 AND 2200),
    filings bigint NOT NULL CHECK (filings >= 0),
    filings_returned bigint NOT NULL CHECK (filings_returned >= 0),
    filings_rejected bigint NOT NULL CHECK (filings_rejected >= 0),
    projects_approved bigint NOT NULL CHECK (projects_approved >= 0),
    principal_covered_fen bigint NOT NULL CHECK (principal_covered_fen >= 0),
    notices_accepted bigint NOT NULL CHECK (notices_accepted >= 0),
    projects_compensated bigint NOT NULL CHECK (projects_compensated >= 0),
    paid_fen bigint NOT NULL CHECK (paid_fen >= 0),
    reimbursed_fen bigint NOT NULL CHECK (reimbursed_fen >= 0),
    PRIMARY KEY (pool_id, year)
);

GRANT SELECT, INSERT, UPDATE (
    filings, filings_returned, filings_rejected, projects_approved, principal_covered_fen, notices_accepted,
    projects_compensated, paid_fen, reimbursed_fen
) ON annual_figures TO riskpool_registry;

-- migrate:down

-- We go forward only: a mistake is mended by the next migration.
