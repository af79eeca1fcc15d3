-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- What was heard and said is evidence: the service publishes a row of its outbox and marks it, and can't write another
-- value into it. Each right is as narrow as what the code does with it.
DO $$
DECLARE
    service_role text := split_part(current_database(), '__', 1);
BEGIN
    EXECUTE format('REVOKE UPDATE ON cursors, streams, outbox, held, signing_keys FROM %I', service_role);
    EXECUTE format('GRANT UPDATE (seq) ON cursors, streams TO %I', service_role);
    EXECUTE format('GRANT UPDATE (published_at) ON outbox TO %I', service_role);
    EXECUTE format('GRANT UPDATE (kind, why, released_at) ON held TO %I', service_role);
    EXECUTE format('GRANT UPDATE (valid_until) ON signing_keys TO %I', service_role);
END
$$;

CREATE FUNCTION refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: what was heard and said is kept as it was', TG_OP, TG_TABLE_NAME
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

-- migrate:down
-- We go forward only: a mistake is mended by the next migration.
