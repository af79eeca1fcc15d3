-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- A row with nothing but its id holds the lock of a founding that was not accepted yet.
CREATE TABLE pools (
    pool_id uuid PRIMARY KEY,
    name text,
    district text CHECK (district ~ '^[0-9]{6}$'),
    founded_on date,
    ends_on date,
    size_fen bigint CHECK (size_fen > 0),
    rules_version bigint CHECK (rules_version >= 1),
    -- Article 10.3: the pool's share of a loss never exceeds the ceiling of its district.
    share_rate_bp bigint CHECK (share_rate_bp >= 0),
    share_rate_max_bp bigint CHECK (share_rate_max_bp <= 10000),
    managing_institution text,
    cooperating_institution text,
    supervising_bank text,
    state text,
    CONSTRAINT pool_is_founded_or_empty CHECK (
        num_nulls(
            name, district, founded_on, ends_on, size_fen, rules_version, share_rate_bp, share_rate_max_bp,
            managing_institution, cooperating_institution, state
        ) IN (0, 11)
    ),
    CONSTRAINT share_rate_within_ceiling CHECK (share_rate_bp <= share_rate_max_bp),
    CONSTRAINT term_has_days CHECK (founded_on < ends_on),
    CONSTRAINT founders_are_two CHECK (managing_institution <> cooperating_institution)
);

-- A row with nothing but its ids holds the lock of a filing that was not accepted yet.
CREATE TABLE projects (
    project_id uuid PRIMARY KEY,
    pool_id uuid NOT NULL REFERENCES pools (pool_id),
    stage text CHECK (stage IN ('filed', 'returned', 'approved', 'rejected')),
    filing bigint CHECK (filing >= 1),
    filed_on date,
    filing_deadline date,
    borrower_uscc text CHECK (borrower_uscc ~ '^[0-9A-Z]{18}$'),
    lender text,
    guarantor text,
    loan_contract_number text,
    principal_fen bigint CHECK (principal_fen > 0),
    disbursed_on date,
    due_on date,
    -- Article 5.2: pinned at the filing.
    rules_version bigint CHECK (rules_version >= 1),
    share_rate_bp bigint CHECK (share_rate_bp BETWEEN 0 AND 10000),
    state text,
    -- The trace context of the case's latest stage, to which the next stage's span is linked.
    trace_parent text,
    CONSTRAINT project_is_filed_or_empty CHECK (
        num_nulls(
            stage, filing, filed_on, filing_deadline, borrower_uscc, lender, loan_contract_number, principal_fen,
            disbursed_on, due_on, rules_version, share_rate_bp, state
        ) IN (0, 13)
    ),
    CONSTRAINT loan_days_in_order CHECK (disbursed_on <= due_on),
    CONSTRAINT one_project_per_loan UNIQUE (pool_id, lender, loan_contract_number)
);

-- What people ask for: a pool's filings that wait, a borrower's projects.
CREATE INDEX projects_by_stage ON projects (pool_id, stage, filing_deadline);
CREATE INDEX projects_by_borrower ON projects (borrower_uscc);

-- The service inserts empty rows and fills them in; ids and a project's pool never change, and nothing is deleted.
GRANT SELECT, INSERT (pool_id) ON pools TO riskpool_registry;
GRANT UPDATE (
    name, district, founded_on, ends_on, size_fen, rules_version, share_rate_bp, share_rate_max_bp,
    managing_institution, cooperating_institution, supervising_bank, state
) ON pools TO riskpool_registry;
GRANT SELECT, INSERT (project_id, pool_id) ON projects TO riskpool_registry;
GRANT UPDATE (
    stage, filing, filed_on, filing_deadline, borrower_uscc, lender, guarantor, loan_contract_number, principal_fen,
    disbursed_on, due_on, rules_version, share_rate_bp, state, trace_parent
) ON projects TO riskpool_registry;

-- migrate:down

-- We go forward only: a mistake is mended by the next migration.
