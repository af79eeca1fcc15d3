-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- A message's bytes are mostly longer than what PostgreSQL keeps uncompressed in a row, and its own compression takes
-- three times as long as lz4. A server that was built without lz4 goes on with its own; what is stored stays as it is.
DO $$
BEGIN
    ALTER TABLE inbox ALTER COLUMN value SET COMPRESSION lz4;
    ALTER TABLE outbox ALTER COLUMN value SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'this server has no lz4';
END
$$;

-- migrate:down
-- We go forward only: a mistake is mended by the next migration.
