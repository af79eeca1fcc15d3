-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- A topic that was deleted and made again has lost its records on the same cluster: that is a new epoch too, and one
-- cluster can belong to several.
-- squawk-ignore ban-drop-constraint
ALTER TABLE broker_epochs DROP CONSTRAINT broker_epochs_cluster_id_key;
CREATE TABLE broker_topics (
    epoch bigint NOT NULL,
    topic text NOT NULL,
    topic_id uuid NOT NULL,
    PRIMARY KEY (epoch, topic)
);

-- Messages from outside are replayed in the order in which they came, and only the outbox is long enough to be gone on
-- with in the middle. What the outbox holds beyond its last published row is the relay's.
-- squawk-ignore ban-drop-column
ALTER TABLE replays DROP COLUMN inbox_sender, DROP COLUMN inbox_message_id, DROP COLUMN outbox_end;
ALTER TABLE replays ADD COLUMN outside_done boolean NOT NULL DEFAULT false;

-- A record that failed and that an operator has given back: it is taken in again from its original bytes. No row there
-- is can break the wider check.
-- squawk-ignore ban-drop-constraint
ALTER TABLE held DROP CONSTRAINT held_kind_check;
ALTER TABLE held ADD CONSTRAINT held_kind_check
    CHECK (kind IN ('key_unknown', 'gap', 'failed', 'resubmitted')) NOT VALID;

-- A replayed message that intake had refused is recognised by its bytes, and stays refused.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX quarantine_sha256 ON quarantine (sha256);

DO $$
DECLARE
    service_role text := split_part(current_database(), '__', 1);
BEGIN
    EXECUTE format('GRANT SELECT, INSERT ON broker_topics TO %I', service_role);
END
$$;

-- migrate:down
-- We go forward only: a mistake is mended by the next migration.
