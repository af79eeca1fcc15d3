-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- Every Kafka record, byte for byte, in the order in which it was appended: the leaves of the Merkle tree. Key, value and
-- headers are exact; headers are encoded as services/audit/domain/leaf.py says. The labels at the end are read from the
-- bytes so that people find a record; they prove nothing and may be absent.
CREATE TABLE records (
    leaf_index bigint PRIMARY KEY CHECK (leaf_index >= 0),
    epoch bigint NOT NULL CHECK (epoch >= 0),
    topic text NOT NULL,
    partition bigint NOT NULL CHECK (partition >= 0),
    record_offset bigint NOT NULL CHECK (record_offset >= 0),
    timestamp_ms bigint NOT NULL,
    key bytea,
    value bytea,
    headers bytea NOT NULL,
    leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32),
    recorded_at timestamptz NOT NULL,
    project_id uuid,
    pool_id uuid,
    instruction_id uuid,
    message_id text CHECK (length(message_id) <= 200),
    type text CHECK (length(type) <= 200),
    source text CHECK (length(source) <= 200),
    CONSTRAINT records_position UNIQUE (epoch, topic, partition, record_offset)
);
CREATE INDEX records_project ON records (project_id, leaf_index) WHERE project_id IS NOT NULL;
CREATE INDEX records_message ON records (message_id) WHERE message_id IS NOT NULL;
-- The bank's confirmations name the instruction only.
CREATE INDEX records_instruction ON records (instruction_id) WHERE instruction_id IS NOT NULL;

-- The tree's compact range: the roots of its complete subtrees, the largest first; one for each one-bit of its size.
CREATE TABLE frontier (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    size bigint NOT NULL CHECK (size >= 0),
    nodes bytea[] NOT NULL CHECK (cardinality(nodes) = bit_count(int8send(size)))
);
INSERT INTO frontier (size, nodes) VALUES (0, '{}');

-- Every checkpoint that was signed. verifier_key tells which key; an auditor brings the key along and doesn't take it
-- from here.
CREATE TABLE checkpoints (
    size bigint PRIMARY KEY CHECK (size > 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    origin text NOT NULL,
    verifier_key text NOT NULL,
    note text NOT NULL,
    signed_at timestamptz NOT NULL
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the audit record is only appended to (Article 19)', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE FUNCTION refuse_shrinking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.size <= OLD.size THEN
        RAISE EXCEPTION 'the tree of % records can''t become one of %: it only grows (Article 19)', OLD.size, NEW.size
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

-- The owner is refused as well. ALWAYS: also where a session pretends to be a replica.
CREATE TRIGGER records_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON records
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE records ENABLE ALWAYS TRIGGER records_append_only;
CREATE TRIGGER checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE checkpoints ENABLE ALWAYS TRIGGER checkpoints_append_only;
CREATE TRIGGER frontier_stays BEFORE DELETE OR TRUNCATE ON frontier
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE frontier ENABLE ALWAYS TRIGGER frontier_stays;
CREATE TRIGGER frontier_grows BEFORE UPDATE ON frontier
    FOR EACH ROW EXECUTE FUNCTION refuse_shrinking();
ALTER TABLE frontier ENABLE ALWAYS TRIGGER frontier_grows;

GRANT SELECT, INSERT ON records, checkpoints TO riskpool_audit;
GRANT SELECT, UPDATE ON frontier TO riskpool_audit;

-- migrate:down
-- We go forward only: a mistake is mended by the next migration.
