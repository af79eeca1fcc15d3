-- migrate:up

-- What the registry keeps of pools. The state of each row is JSON in ``state``; the columns beside it are what people ask
-- for, and what the database itself holds against the rules. A row with nothing but its ids holds the lock of a beginning
-- that was not accepted yet. Ids never change, and nothing is deleted.

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- 1. Pools and their rules

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
    -- Of the district's profile that the latest version of the rules was adopted under.
    profile_sha256 text CHECK (profile_sha256 ~ '^[0-9a-f]{64}$'),
    managing_institution text,
    cooperating_institution text,
    supervising_bank text,
    state text,
    -- What there is of a pool before its founding: who manages it, its officers and keys, whom it has selected. It is not
    -- read any more once the pool is founded.
    preparation text,
    CONSTRAINT pool_is_founded_or_empty CHECK (
        num_nulls(
            name, district, founded_on, ends_on, size_fen, rules_version, share_rate_bp, share_rate_max_bp,
            profile_sha256, managing_institution, cooperating_institution, state
        ) IN (0, 12)
    ),
    CONSTRAINT share_rate_within_ceiling CHECK (share_rate_bp <= share_rate_max_bp),
    CONSTRAINT term_has_days CHECK (founded_on < ends_on),
    CONSTRAINT founders_are_two CHECK (managing_institution <> cooperating_institution)
);

-- Article 5.2: every version of a pool's rules that was adopted, for ever, the founding's as the first. Each but the
-- first names the one it follows, so versions have no gap and no twin, and none takes effect before its predecessor.
CREATE TABLE rules_versions (
    pool_id uuid NOT NULL REFERENCES pools (pool_id),
    version bigint NOT NULL CHECK (version >= 1),
    effective_on date NOT NULL,
    follows_version bigint,
    follows_effective_on date,
    -- Article 10.3: no version lets the pool bear more of a loss than the district's ceiling of its day.
    share_rate_bp bigint NOT NULL CHECK (share_rate_bp >= 0),
    share_rate_max_bp bigint NOT NULL CHECK (share_rate_max_bp <= 10000),
    -- What was adopted, byte for byte; the first version stands in the founding itself.
    proposal_sha256 text CHECK (proposal_sha256 ~ '^[0-9a-f]{64}$'),
    adopted_at timestamptz,
    rules text NOT NULL,
    PRIMARY KEY (pool_id, version),
    CONSTRAINT rules_versions_one_effective_day UNIQUE (pool_id, version, effective_on),
    CONSTRAINT rules_versions_within_ceiling CHECK (share_rate_bp <= share_rate_max_bp),
    CONSTRAINT rules_versions_first_or_follows CHECK (
        CASE
            WHEN version = 1 THEN num_nonnulls(follows_version, follows_effective_on, proposal_sha256, adopted_at) = 0
            ELSE num_nulls(follows_version, follows_effective_on, proposal_sha256, adopted_at) = 0
        END
    ),
    CONSTRAINT rules_versions_no_gap CHECK (follows_version = version - 1),
    CONSTRAINT rules_versions_in_order CHECK (follows_effective_on <= effective_on),
    CONSTRAINT rules_versions_follow_one_that_is_there FOREIGN KEY (pool_id, follows_version, follows_effective_on)
    REFERENCES rules_versions (pool_id, version, effective_on)
);

-- What has a life of its own in a pool beside its projects: an interpretation, a selection, an evaluation.
CREATE TABLE register_entries (
    entry_id uuid PRIMARY KEY,
    pool_id uuid NOT NULL REFERENCES pools (pool_id),
    kind text,
    number text,
    stage text,
    state text,
    -- Article 10.3: what can't be adopted isn't proposed either. A proposal of rules has its share beside the district's
    -- ceiling of its day; every other entry has neither.
    share_rate_bp bigint,
    share_rate_max_bp bigint,
    CONSTRAINT matter_has_begun_or_is_empty CHECK (num_nulls(kind, number, stage, state) IN (0, 4)),
    CONSTRAINT one_matter_per_number UNIQUE (pool_id, kind, number),
    CONSTRAINT proposed_share_rate_within_ceiling CHECK (
        num_nulls(share_rate_bp, share_rate_max_bp) = 2
        OR (
            num_nulls(share_rate_bp, share_rate_max_bp) = 0
            AND coalesce(kind, '') = 'rules_proposal'
            AND share_rate_bp BETWEEN 0 AND share_rate_max_bp
            AND share_rate_max_bp <= 10000
        )
    )
);

-- 2. Projects and what secures them

-- Article 16: a filing that lacked something stands as incomplete, with the last day on which it can be completed; a late
-- one waits for the decision that admits it; an ended project is covered no longer.
CREATE TABLE projects (
    -- Article 10.3: of pool, lender and the canonical form of the contract's number, so that a loan is one project.
    project_id uuid PRIMARY KEY,
    pool_id uuid NOT NULL REFERENCES pools (pool_id),
    stage text NOT NULL CHECK (stage IN ('incomplete', 'late', 'filed', 'returned', 'approved', 'rejected', 'ended')),
    filing bigint CHECK (filing >= 1),
    filed_on date,
    filing_deadline date NOT NULL,
    borrower_uscc text NOT NULL CHECK (borrower_uscc ~ '^[0-9A-Z]{18}$'),
    -- Article 9.1: its name in the one form in which all ways to write it meet, a branch's as its company's.
    borrower_person text,
    lender text NOT NULL,
    guarantor text,
    loan_contract_number text NOT NULL,
    principal_fen bigint NOT NULL CHECK (principal_fen > 0),
    disbursed_on date NOT NULL,
    due_on date NOT NULL,
    -- Article 5.2: pinned at the filing.
    rules_version bigint CHECK (rules_version >= 1),
    share_rate_bp bigint CHECK (share_rate_bp BETWEEN 0 AND 10000),
    -- What is drawn of the principal and not repaid, how many flags stand, and the correction that waits.
    outstanding_fen bigint,
    flags bigint,
    correction bigint,
    state text NOT NULL,
    -- The trace context of the case's latest stage, to which the next stage's span is linked.
    trace_parent text,
    -- What was never complete has no count of filings, no day of filing, no terms pinned to it, and nothing drawn.
    CONSTRAINT project_is_filed_or_incomplete CHECK (
        num_nulls(filing, filed_on, rules_version, share_rate_bp, outstanding_fen, flags, borrower_person)
        = CASE WHEN stage = 'incomplete' THEN 7 ELSE 0 END
    ),
    CONSTRAINT loan_days_in_order CHECK (disbursed_on <= due_on),
    CONSTRAINT outstanding_is_part_of_the_principal CHECK (outstanding_fen BETWEEN 0 AND principal_fen),
    CONSTRAINT flags_are_counted CHECK (flags >= 0),
    -- Article 5.4: only an approved project has a correction beside it, and that is a later version.
    CONSTRAINT correction_is_of_an_approved_project CHECK (
        correction IS NULL OR (stage = 'approved' AND correction > filing)
    )
);
-- Live projects are few beside all that ever were: they are counted, and looked through, without the others.
CREATE INDEX projects_live ON projects (pool_id, outstanding_fen)
WHERE stage IN ('late', 'filed', 'returned', 'approved');
-- Of an ended project, what was notified before is paid; all of them but the few that were not settled cost nothing more.
CREATE INDEX projects_ended_unpaid ON projects (pool_id) WHERE stage = 'ended' AND outstanding_fen > 0;
CREATE INDEX projects_flagged ON projects (pool_id) WHERE flags > 0;
CREATE INDEX projects_with_correction ON projects (pool_id) WHERE correction IS NOT NULL;

-- Article 10.3: what a loan is known again by, though its contract's number is another one. Marks are never taken back, no
-- more than projects are, and are read with their projects only: a key of another table would look each of them up for
-- nothing, which cost as much as inserting it.
CREATE TABLE loan_marks (
    pool_id uuid NOT NULL,
    mark bigint NOT NULL,
    project_id uuid NOT NULL,
    PRIMARY KEY (pool_id, mark, project_id)
);

-- Articles 2.1, 13.1: a right, and a pledge's registration (pledge/…), secures one live project at a time, in any pool of
-- the deployment. It has one row, which is locked by whoever files it; without a project it is free, since its filing was
-- refused or the one that it secured has ended.
CREATE TABLE pledged_rights (
    right_key text PRIMARY KEY,
    -- A right is taken for a project while that is being filed, so before its row is there.
    project_id uuid REFERENCES projects (project_id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX pledged_rights_by_project ON pledged_rights (project_id);

-- 3. What falls due, and what is counted

-- What an institution has to do by a day (6.9). A row is written when the deadline begins, and moved on with each reminder.
CREATE TABLE deadlines (
    deadline_id uuid PRIMARY KEY,
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
-- What a day that begins asks for: a pool's deadlines whose announcement has come, the longest waiting first.
CREATE INDEX deadlines_to_announce ON deadlines (pool_id, announce_on, deadline_id) WHERE announce_on IS NOT NULL;

-- What happened in a pool in a year, counted event by event as it happens; the annual summary is drawn up from it (6.7).
-- Corrections count in the year of their intake. What one makes of the covered principal is counted as raised or lowered,
-- so that no year's figure falls below zero for what an earlier year has covered.
CREATE TABLE annual_figures (
    pool_id uuid NOT NULL REFERENCES pools (pool_id),
    year bigint NOT NULL CHECK (year BETWEEN 2000 AND 2200),
    filings bigint NOT NULL CHECK (filings >= 0),
    filings_returned bigint NOT NULL CHECK (filings_returned >= 0),
    filings_rejected bigint NOT NULL CHECK (filings_rejected >= 0),
    projects_approved bigint NOT NULL CHECK (projects_approved >= 0),
    principal_covered_fen bigint NOT NULL CHECK (principal_covered_fen >= 0),
    corrections bigint NOT NULL,
    corrections_approved bigint NOT NULL,
    corrections_returned bigint NOT NULL,
    corrections_rejected bigint NOT NULL,
    principal_raised_fen bigint NOT NULL,
    principal_lowered_fen bigint NOT NULL,
    notices_accepted bigint NOT NULL CHECK (notices_accepted >= 0),
    projects_compensated bigint NOT NULL CHECK (projects_compensated >= 0),
    paid_fen bigint NOT NULL CHECK (paid_fen >= 0),
    reimbursed_fen bigint NOT NULL CHECK (reimbursed_fen >= 0),
    PRIMARY KEY (pool_id, year),
    CONSTRAINT corrections_are_counted CHECK (
        least(
            corrections, corrections_approved, corrections_returned, corrections_rejected, principal_raised_fen,
            principal_lowered_fen
        ) >= 0
    )
);

-- Faster than PostgreSQL's own compression; a server that was built without lz4 goes on with that.
DO $$
BEGIN
    ALTER TABLE projects ALTER COLUMN state SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'this server has no lz4';
END
$$;

-- 4. Rights

-- Empty rows of pools and register_entries are inserted and filled in under their lock. A project's row is written whole with
-- its first filing, under the lock on its pool: first an empty row and then its content cost its indexes twice.
GRANT SELECT, INSERT (pool_id), UPDATE (
    name, district, founded_on, ends_on, size_fen, rules_version, share_rate_bp, share_rate_max_bp,
    profile_sha256, managing_institution, cooperating_institution, supervising_bank, state, preparation
) ON pools TO riskpool_registry;
-- A version is never changed.
GRANT SELECT, INSERT ON rules_versions TO riskpool_registry;
GRANT SELECT, INSERT (entry_id, pool_id), UPDATE (
    kind, number, stage, state, share_rate_bp, share_rate_max_bp
) ON register_entries TO riskpool_registry;
GRANT SELECT, INSERT (
    project_id, pool_id, stage, filing, filed_on, filing_deadline, borrower_uscc, lender, guarantor,
    loan_contract_number, principal_fen, disbursed_on, due_on, rules_version, share_rate_bp, outstanding_fen, flags,
    correction, state, trace_parent, borrower_person
), UPDATE (
    stage, filing, filed_on, filing_deadline, borrower_uscc, lender, guarantor, loan_contract_number, principal_fen,
    disbursed_on, due_on, rules_version, share_rate_bp, outstanding_fen, flags, correction, state, trace_parent,
    borrower_person
) ON projects TO riskpool_registry;
GRANT SELECT, INSERT (right_key, project_id), UPDATE (project_id) ON pledged_rights TO riskpool_registry;
GRANT SELECT, INSERT ON loan_marks TO riskpool_registry;
GRANT SELECT, INSERT (
    deadline_id, pool_id, kind, subject_id, reference, holder, due_on, steps_days, announce_on
), UPDATE (due_on, steps_days, announce_on, ended) ON deadlines TO riskpool_registry;
GRANT SELECT, INSERT, UPDATE (
    filings, filings_returned, filings_rejected, projects_approved, principal_covered_fen, corrections,
    corrections_approved, corrections_returned, corrections_rejected, principal_raised_fen, principal_lowered_fen,
    notices_accepted, projects_compensated, paid_fen, reimbursed_fen
) ON annual_figures TO riskpool_registry;

-- migrate:down
-- We go forward only: a mistake is mended by the next migration.
