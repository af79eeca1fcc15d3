-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- What claims knows of a pool from the registry: its institutions, their roles and officers, its rules.
CREATE TABLE pools (
    pool_id uuid PRIMARY KEY,
    managing_institution text,
    cooperating_institution text,
    rules_version integer,
    state text NOT NULL,
    updated_at timestamptz NOT NULL
);

-- One case per project (14.2); a case's id is its project's. state is the whole case as JSON, the columns beside it are
-- what people look for. trace_parent is the trace of the case's latest stage, which the next stage is linked to.
CREATE TABLE claims (
    project_id uuid PRIMARY KEY,
    pool_id uuid NOT NULL,
    case_number text,
    stage text NOT NULL,
    lender text,
    guarantor text,
    state text NOT NULL,
    trace_parent text,
    updated_at timestamptz NOT NULL
);
-- What waits for whom, the longest waiting first.
CREATE INDEX claims_waiting ON claims (pool_id, stage, updated_at);
CREATE INDEX claims_case_number ON claims (case_number);

-- One row per compensation plan. The cap of Article 10 stands here a second time; the first one is in Python. Products
-- are taken as numeric, since a rate times a loss can leave the range of bigint.
CREATE TABLE compensations (
    compensation_id uuid PRIMARY KEY,
    project_id uuid NOT NULL REFERENCES claims (project_id),
    number integer NOT NULL CHECK (number >= 1),
    plan_sha256 text NOT NULL CHECK (plan_sha256 ~ '^[0-9a-f]{64}$'),
    payee text NOT NULL,
    total_loss_fen bigint NOT NULL CHECK (total_loss_fen > 0),
    claimed_fen bigint NOT NULL CHECK (claimed_fen > 0),
    share_rate_bp integer NOT NULL CHECK (share_rate_bp BETWEEN 0 AND 10000),
    paid_before_fen bigint NOT NULL CHECK (paid_before_fen >= 0),
    pool_share_fen bigint NOT NULL CHECK (pool_share_fen > 0),
    fiscal_part_fen bigint NOT NULL CHECK (fiscal_part_fen >= 0),
    social_part_fen bigint NOT NULL CHECK (social_part_fen >= 0),
    confirmed_at timestamptz,
    released_at timestamptz,
    paid_fen bigint NOT NULL CHECK (paid_fen >= 0),
    decided_fen bigint NOT NULL CHECK (decided_fen >= 0),
    reimbursed_fen bigint NOT NULL CHECK (reimbursed_fen >= 0),
    UNIQUE (project_id, number),
    CONSTRAINT claimed_within_loss_10_2 CHECK (claimed_fen <= total_loss_fen),
    CONSTRAINT share_within_claimed_10_2 CHECK (pool_share_fen <= claimed_fen),
    CONSTRAINT share_within_cap_10_3 CHECK (
        (pool_share_fen::numeric + paid_before_fen) * 10000 <= share_rate_bp::numeric * total_loss_fen
    ),
    CONSTRAINT parts_make_the_share_10_4 CHECK (fiscal_part_fen + social_part_fen = pool_share_fen),
    CONSTRAINT released_after_confirmation_5_6 CHECK (released_at IS NULL OR confirmed_at IS NOT NULL),
    CONSTRAINT paid_after_release_6_8 CHECK (paid_fen = 0 OR released_at IS NOT NULL),
    CONSTRAINT paid_within_share_10_3 CHECK (paid_fen <= pool_share_fen),
    CONSTRAINT reimbursed_within_decided_15_2 CHECK (reimbursed_fen <= decided_fen),
    CONSTRAINT decided_within_fiscal_part_15_2 CHECK (decided_fen <= fiscal_part_fen),
    CONSTRAINT decided_within_paid_15_2 CHECK (decided_fen <= paid_fen)
);

-- Nothing here is ever deleted.
GRANT SELECT, INSERT, UPDATE ON pools, claims, compensations TO riskpool_claims;

-- migrate:down
-- We go forward only: a mistake is mended by the next migration.
