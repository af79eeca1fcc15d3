-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- Which migrations were applied is no secret to the service itself: `riskpool doctor` looks with its url. The table is
-- made before the first migration.
DO $$
DECLARE
    service_role text := split_part(current_database(), '__', 1);
BEGIN
    EXECUTE format('GRANT SELECT ON schema_migrations TO %I', service_role);
END
$$;

-- migrate:down
-- We go forward only: a mistake is mended by the next migration.
