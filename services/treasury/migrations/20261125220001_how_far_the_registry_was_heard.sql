-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- A release names the registry's event of the pool that claims had heard last (registry_seq), and waits until the treasury
-- has heard it too. How far that is has been in the cursor of the pool's stream so far.
UPDATE pools SET state = jsonb_set(pools.state::jsonb, '{registry_seq}', to_jsonb(cursors.seq))::text
FROM cursors
WHERE cursors.source = 'registry' AND cursors.topic = 'registry.events' AND cursors.key = pools.pool_id::text;

-- migrate:down
-- Forward only: an older service would not read what it does not know.
