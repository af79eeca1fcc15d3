-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- What there is of a pool before its founding: who manages it, its officers and keys, whom it has selected. Code that
-- does not know it yet leaves it alone; it is not read any more once the pool is founded.
ALTER TABLE pools ADD COLUMN preparation text;

GRANT UPDATE (preparation) ON pools TO riskpool_registry;

-- migrate:down

-- We go forward only: a mistake is mended by the next migration.
