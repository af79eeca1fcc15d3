-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- What only a pool that goes on asks for has ended with its stop, or with the end of its cooperation (6.9); of pools that
-- were stopped before this was known, the rows are ended here.
UPDATE duties SET announce_on = NULL, ended = true
FROM pools
WHERE
    duties.pool_id = pools.pool_id
    AND NOT duties.ended
    AND duties.kind IN ('filing_completion', 'filing_correction', 'contribution', 'evaluation', 'operating_period')
    AND coalesce(pools.state::json -> 'cycle' ->> 'stopped_on', pools.state::json -> 'cycle' ->> 'ended_on') IS NOT NULL;

-- A summary comes with the next year's plan: from the year of the cooperation's end on none is owed.
UPDATE duties SET announce_on = NULL, ended = true
FROM pools
WHERE
    duties.pool_id = pools.pool_id
    AND NOT duties.ended
    AND duties.kind = 'annual_summary'
    AND duties.reference >= left(pools.state::json -> 'cycle' ->> 'ended_on', 4);

-- migrate:down

-- We go forward only: a mistake is mended by the next migration.
