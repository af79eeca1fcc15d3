-- migrate:up

-- What every service keeps of the messages it receives and publishes. Its own tables come in services/<service>/migrations.

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- 1. What was received

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

-- What waits: a message signed with a key that has not arrived yet, an event after a gap in its stream, a record whose
-- handling failed, and one that an operator has given back to be taken in again from its original bytes. Nothing is
-- deleted; released_at says when it was processed.
CREATE TABLE held (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('key_unknown', 'gap', 'failed', 'resubmitted')),
    why text NOT NULL,
    source text NOT NULL,
    stream_key text NOT NULL,
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
-- A replayed message that intake had refused is recognised by its bytes, and stays refused.
CREATE INDEX quarantine_sha256 ON quarantine (sha256);

-- What operators have decided about records that were held or quarantined. A drop needs a reason.
CREATE TABLE record_decisions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('held', 'quarantine')),
    record_id bigint NOT NULL,
    decision text NOT NULL CHECK (decision IN ('resubmitted', 'dropped')),
    reason text NOT NULL,
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL,
    CHECK (decision <> 'dropped' OR length(btrim(reason)) > 0)
);
CREATE INDEX record_decisions_record ON record_decisions (kind, record_id);

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

-- 2. What is said

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

-- 3. Where it runs

-- Which cluster each epoch belongs to, and which topics of it. A rebuilt broker whose topics are filled past the old
-- offsets would otherwise have records skipped without a word. A topic that was deleted and made again has lost its
-- records on the same cluster: that is a new epoch too, so a cluster can have several.
CREATE TABLE broker_epochs (
    epoch bigint PRIMARY KEY,
    cluster_id text NOT NULL,
    adopted_at timestamptz NOT NULL
);
CREATE TABLE broker_topics (
    epoch bigint NOT NULL,
    topic text NOT NULL,
    topic_id uuid NOT NULL,
    PRIMARY KEY (epoch, topic)
);

-- How far inbox and outbox have been published again into an epoch, so that an interrupted replay goes on. What came
-- from outside is replayed in the order in which it came, and begins anew; only the outbox is long enough to be gone on
-- with in the middle.
CREATE TABLE replays (
    epoch bigint PRIMARY KEY,
    outside_done boolean NOT NULL DEFAULT false,
    outbox_last bigint NOT NULL DEFAULT 0,
    records bigint NOT NULL DEFAULT 0,
    began_at timestamptz NOT NULL,
    ended_at timestamptz
);

-- One row for each start of a service, by the clock of the machine. Whoever reads the records later can see from it
-- whether business time could come from the messages then.
CREATE TABLE service_starts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    service text NOT NULL,
    replica text NOT NULL,
    started_at timestamptz NOT NULL,
    environment text NOT NULL CHECK (environment IN ('production', 'development')),
    business_time text NOT NULL CHECK (business_time IN ('clock', 'messages')),
    code_version text NOT NULL,
    CHECK (environment <> 'production' OR business_time = 'clock')
);

-- 4. What was received and published is kept as it was

CREATE FUNCTION refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: what was received and published is kept as it was', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

-- The owner is refused as well. ALWAYS: also where a session pretends to be a replica.
CREATE TRIGGER inbox_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON inbox
FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
ALTER TABLE inbox ENABLE ALWAYS TRIGGER inbox_only_added;
CREATE TRIGGER outbox_only_added BEFORE DELETE OR TRUNCATE ON outbox
FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
ALTER TABLE outbox ENABLE ALWAYS TRIGGER outbox_only_added;
-- Named column by column, so that marking what was published costs nothing.
CREATE TRIGGER outbox_only_published
BEFORE UPDATE OF event_id, topic, key, seq, value, signature, traceparent, created_at ON outbox
FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
ALTER TABLE outbox ENABLE ALWAYS TRIGGER outbox_only_published;

-- A message's bytes are mostly longer than what PostgreSQL keeps uncompressed in a row, and its own compression takes
-- three times as long as lz4. A server that was built without lz4 goes on with its own.
DO $$
BEGIN
    ALTER TABLE inbox ALTER COLUMN value SET COMPRESSION lz4;
    ALTER TABLE outbox ALTER COLUMN value SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'this server has no lz4';
END
$$;

-- 5. Rights

-- Each is as narrow as what the code does with it: it publishes a row of the outbox and marks it, and can't write another
-- value into it. dbmate's own table is made before the first migration; `riskpool doctor` reads it with the service's url.
-- The service's role bears its database's name; a copy of the database for a test has a suffix after two underscores.
DO $$
DECLARE
    service_role text := split_part(current_database(), '__', 1);
BEGIN
    EXECUTE format('GRANT SELECT ON schema_migrations TO %I', service_role);
    EXECUTE format(
        'GRANT SELECT, INSERT ON inbox, cursors, held, quarantine, record_decisions, signing_keys, streams, outbox,
        broker_epochs, broker_topics, replays, service_starts TO %I', service_role
    );
    EXECUTE format('GRANT UPDATE (seq) ON cursors, streams TO %I', service_role);
    EXECUTE format('GRANT UPDATE (kind, why, released_at) ON held TO %I', service_role);
    EXECUTE format('GRANT UPDATE (valid_until) ON signing_keys TO %I', service_role);
    EXECUTE format('GRANT UPDATE (published_at) ON outbox TO %I', service_role);
    EXECUTE format('GRANT UPDATE ON replays TO %I', service_role);
END
$$;

-- migrate:down
-- We go forward only: a mistake is mended by the next migration.
