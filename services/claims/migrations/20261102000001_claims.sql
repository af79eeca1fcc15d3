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

-- One row per compensation, from its notice on; its plan stands from the release on. The cap of Article 10 stands here a
-- second time; the first one is in Python. Products are taken as numeric, since a rate times a loss can leave the range
-- of bigint.
CREATE TABLE compensations (
    project_id uuid NOT NULL REFERENCES claims (project_id),
    number integer NOT NULL CHECK (number >= 1),
    stage text NOT NULL,
    notice_sha256 text NOT NULL CHECK (notice_sha256 ~ '^[0-9a-f]{64}$'),
    compensation_id uuid UNIQUE,
    plan_sha256 text CHECK (plan_sha256 ~ '^[0-9a-f]{64}$'),
    payee text,
    total_loss_fen bigint CHECK (total_loss_fen > 0),
    claimed_fen bigint CHECK (claimed_fen > 0),
    share_rate_bp integer CHECK (share_rate_bp BETWEEN 0 AND 10000),
    committed_before_fen bigint CHECK (committed_before_fen >= 0),
    pool_share_fen bigint CHECK (pool_share_fen > 0),
    fiscal_part_fen bigint CHECK (fiscal_part_fen >= 0),
    social_part_fen bigint CHECK (social_part_fen >= 0),
    confirmed_at timestamptz,
    released_at timestamptz,
    paid_fen bigint NOT NULL CHECK (paid_fen >= 0),
    decided_fen bigint NOT NULL CHECK (decided_fen >= 0),
    reimbursed_fen bigint NOT NULL CHECK (reimbursed_fen >= 0),
    PRIMARY KEY (project_id, number),
    CONSTRAINT plan_is_whole_6_8 CHECK (
        num_nulls(
            compensation_id, plan_sha256, payee, total_loss_fen, claimed_fen, share_rate_bp, committed_before_fen,
            pool_share_fen, fiscal_part_fen, social_part_fen
        ) IN (0, 10)
    ),
    CONSTRAINT claimed_within_loss_10_2 CHECK (claimed_fen <= total_loss_fen),
    CONSTRAINT share_within_claimed_10_2 CHECK (pool_share_fen + committed_before_fen <= claimed_fen),
    CONSTRAINT share_within_cap_10_3 CHECK (
        (pool_share_fen::numeric + committed_before_fen) * 10000 <= share_rate_bp::numeric * total_loss_fen
    ),
    CONSTRAINT parts_make_the_share_10_4 CHECK (fiscal_part_fen + social_part_fen = pool_share_fen),
    CONSTRAINT confirmed_is_a_plan_5_6 CHECK (confirmed_at IS NULL OR plan_sha256 IS NOT NULL),
    CONSTRAINT released_after_confirmation_5_6 CHECK (released_at IS NULL OR confirmed_at IS NOT NULL),
    CONSTRAINT paid_after_release_6_8 CHECK (paid_fen = 0 OR released_at IS NOT NULL),
    CONSTRAINT paid_within_share_10_3 CHECK (paid_fen = 0 OR paid_fen <= pool_share_fen),
    CONSTRAINT reimbursed_within_decided_15_2 CHECK (reimbursed_fen <= decided_fen),
    CONSTRAINT decided_within_fiscal_part_15_2 CHECK (decided_fen = 0 OR decided_fen <= fiscal_part_fen),
    CONSTRAINT decided_within_paid_15_2 CHECK (decided_fen <= paid_fen)
);
-- What waits for whom in a compensation.
CREATE INDEX compensations_waiting ON compensations (stage, project_id);

-- What was released is committed, unless the treasury refuses it: it stands, and all of a project's stay under its rate of the loss (10.3).
CREATE FUNCTION released_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'check_violation', CONSTRAINT = 'released_stands_6_8',
        MESSAGE = format('Article 6.8: compensation %s of %s was released and stands', old.number, old.project_id);
END
$$;
CREATE TRIGGER compensations_released_stand BEFORE UPDATE ON compensations FOR EACH ROW
WHEN (
    old.released_at IS NOT NULL
    AND (
        old.notice_sha256, old.compensation_id, old.plan_sha256, old.payee, old.total_loss_fen, old.claimed_fen,
        old.share_rate_bp, old.committed_before_fen, old.pool_share_fen, old.fiscal_part_fen, old.social_part_fen,
        old.confirmed_at, old.released_at
    ) IS DISTINCT FROM (
        new.notice_sha256, new.compensation_id, new.plan_sha256, new.payee, new.total_loss_fen, new.claimed_fen,
        new.share_rate_bp, new.committed_before_fen, new.pool_share_fen, new.fiscal_part_fen, new.social_part_fen,
        new.confirmed_at, new.released_at
    )
)
EXECUTE FUNCTION released_stands();

CREATE FUNCTION cap_whole_life() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT c.project_id, sum(c.pool_share_fen) AS committed_fen INTO wrong
    FROM compensations AS c
    WHERE c.released_at IS NOT NULL AND c.stage <> 'refused' AND c.project_id IN (SELECT project_id FROM changed)
    GROUP BY c.project_id
    HAVING sum(c.pool_share_fen) * 10000 > max(c.share_rate_bp::numeric * c.total_loss_fen)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', CONSTRAINT = 'committed_within_cap_10_3',
            MESSAGE = format(
                'Article 10.3: %s fen would be committed in case %s, above its rate of the loss', wrong.committed_fen,
                wrong.project_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER compensations_cap_inserted AFTER INSERT ON compensations
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION cap_whole_life();
CREATE TRIGGER compensations_cap_updated AFTER UPDATE ON compensations
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION cap_whole_life();
ALTER TABLE compensations ENABLE ALWAYS TRIGGER compensations_released_stand;
ALTER TABLE compensations ENABLE ALWAYS TRIGGER compensations_cap_inserted;
ALTER TABLE compensations ENABLE ALWAYS TRIGGER compensations_cap_updated;

-- Nothing here is ever deleted.
GRANT SELECT, INSERT, UPDATE ON pools, claims, compensations TO riskpool_claims;

-- migrate:down
-- We go forward only: a mistake is mended by the next migration.
