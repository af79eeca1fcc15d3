-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

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

-- Pools that were founded before this table was there have their first version only.
INSERT INTO rules_versions (pool_id, version, effective_on, share_rate_bp, share_rate_max_bp, rules)
SELECT
    pool_id,
    1,
    (state::json -> 'rules' ->> 'effective_on')::date,
    share_rate_bp,
    share_rate_max_bp,
    (state::json -> 'rules')::text
FROM pools
WHERE state IS NOT NULL;

-- A version is never changed and never deleted.
GRANT SELECT, INSERT ON rules_versions TO riskpool_registry;

-- migrate:down

-- We go forward only: a mistake is mended by the next migration.
