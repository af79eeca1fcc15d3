-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- Every message from outside that passed intake, whole and for ever: a window of deduplication would be a replay hole,
-- and after the loss of a broker these bytes are published again.
CREATE TABLE inbox (
    sender text NOT NULL,
    message_id text NOT NULL,
    sha256 text NOT NULL,
    cause uuid NOT NULL,
    epoch bigint NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    record_offset bigint NOT NULL,
    key bytea,
    value bytea NOT NULL,
    headers text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (sender, message_id)
);

-- How far each stream of another service's events has been taken in; for events this is the inbox.
CREATE TABLE cursors (
    source text NOT NULL,
    topic text NOT NULL,
    key text NOT NULL,
    seq bigint NOT NULL CHECK (seq >= 0),
    PRIMARY KEY (source, topic, key)
);

-- The last sequence number given out on each stream of our own.
CREATE TABLE streams (
    topic text NOT NULL,
    key text NOT NULL,
    seq bigint NOT NULL CHECK (seq >= 0),
    PRIMARY KEY (topic, key)
);

-- What is to be published, and everything that was: the service's event log.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL UNIQUE,
    topic text NOT NULL,
    key text NOT NULL,
    seq bigint NOT NULL CHECK (seq >= 1),
    value bytea NOT NULL,
    signature text,
    traceparent text,
    created_at timestamptz NOT NULL,
    published_at timestamptz,
    UNIQUE (topic, key, seq)
);
CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL;

-- What waits: a message signed with a key that has not arrived yet, an event after a gap in its stream, a record whose
-- handling failed. Nothing is deleted; released_at says when it was taken up.
CREATE TABLE held (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('key_unknown', 'gap', 'failed')),
    why text NOT NULL,
    source text NOT NULL DEFAULT '',
    stream_key text NOT NULL DEFAULT '',
    seq bigint,
    epoch bigint NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    record_offset bigint NOT NULL,
    key bytea,
    value bytea,
    headers text NOT NULL,
    timestamp_ms bigint NOT NULL,
    held_at timestamptz NOT NULL,
    released_at timestamptz,
    UNIQUE (epoch, topic, partition, record_offset)
);
CREATE INDEX held_waiting ON held (kind, id) WHERE released_at IS NULL;
CREATE INDEX held_stream ON held (source, topic, stream_key, seq) WHERE released_at IS NULL;

-- What failed intake, byte for byte. It touches neither inbox nor cursor: otherwise a forger could use up an honest
-- sender's message id.
CREATE TABLE quarantine (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL,
    why text NOT NULL,
    sender text,
    sha256 text NOT NULL,
    epoch bigint NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    record_offset bigint NOT NULL,
    key bytea,
    value bytea,
    headers text NOT NULL,
    timestamp_ms bigint NOT NULL,
    quarantined_at timestamptz NOT NULL,
    UNIQUE (epoch, topic, partition, record_offset)
);

-- This service's copy of the keys that may sign, from the registry's events.
CREATE TABLE signing_keys (
    pool_id uuid NOT NULL,
    key_id text NOT NULL,
    public_key text NOT NULL,
    institution text NOT NULL,
    officer text,
    system_use text,
    valid_from timestamptz NOT NULL,
    valid_until timestamptz,
    PRIMARY KEY (key_id, pool_id),
    CHECK ((officer IS NULL) <> (system_use IS NULL))
);

-- The service's role bears its database's name; a copy of the database for a test has a suffix after two underscores.
DO $$
DECLARE
    service_role text := split_part(current_database(), '__', 1);
BEGIN
    EXECUTE format('GRANT SELECT, INSERT ON inbox, quarantine TO %I', service_role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON cursors, streams, outbox, held, signing_keys TO %I', service_role);
END
$$;

-- migrate:down
-- We go forward only: a mistake is mended by the next migration.
