-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- Which broker each epoch belongs to. A rebuilt broker whose topics are filled past the old offsets would otherwise have
-- records skipped without a word.
CREATE TABLE broker_epochs (
    epoch bigint PRIMARY KEY,
    cluster_id text NOT NULL UNIQUE,
    adopted_at timestamptz NOT NULL
);

-- How far the outbox and the inbox have been published again into an epoch, so that an interrupted replay goes on.
CREATE TABLE replays (
    epoch bigint PRIMARY KEY,
    inbox_sender text NOT NULL DEFAULT '',
    inbox_message_id text NOT NULL DEFAULT '',
    outbox_last bigint NOT NULL DEFAULT 0,
    outbox_end bigint NOT NULL,
    records bigint NOT NULL DEFAULT 0,
    began_at timestamptz NOT NULL,
    ended_at timestamptz
);

-- What operators have decided about records that were held or set aside. A drop needs a reason.
CREATE TABLE record_decisions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('held', 'quarantine')),
    record_id bigint NOT NULL,
    decision text NOT NULL CHECK (decision IN ('resubmitted', 'dropped')),
    reason text NOT NULL DEFAULT '',
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL,
    CHECK (decision <> 'dropped' OR length(btrim(reason)) > 0)
);
CREATE INDEX record_decisions_record ON record_decisions (kind, record_id);

DO $$
DECLARE
    service_role text := split_part(current_database(), '__', 1);
BEGIN
    EXECUTE format('GRANT SELECT, INSERT ON broker_epochs, record_decisions TO %I', service_role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON replays TO %I', service_role);
END
$$;

-- migrate:down
-- We go forward only: a mistake is mended by the next migration.
