-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- Article 10.3: what can't be adopted isn't proposed either. A proposal of rules has its share beside the district's ceiling
-- of its day; every other matter has neither.
ALTER TABLE matters
ADD COLUMN share_rate_bp bigint,
ADD COLUMN share_rate_max_bp bigint,
ADD CONSTRAINT proposed_share_rate_within_ceiling CHECK (
    num_nulls(share_rate_bp, share_rate_max_bp) = 2
    OR (
        num_nulls(share_rate_bp, share_rate_max_bp) = 0
        AND coalesce(kind, '') = 'rules_proposal'
        AND share_rate_bp BETWEEN 0 AND share_rate_max_bp
        AND share_rate_max_bp <= 10000
    )
) NOT VALID;

GRANT UPDATE (share_rate_bp, share_rate_max_bp) ON matters TO riskpool_registry;

-- migrate:down

-- We go forward only: a mistake is mended by the next migration.
