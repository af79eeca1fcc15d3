-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- No row there is breaks what the last two migrations added unchecked.
ALTER TABLE compensations VALIDATE CONSTRAINT compensations_article_15_2_running_total;
ALTER TABLE compensations VALIDATE CONSTRAINT compensations_article_10_3_projects_terms;

-- A record and its transfer are written by two statements of one transaction; at its end there are both or neither.

-- What the record of a contribution says has moved on the account, and whatever moved has its record, with the budget it
-- comes from (Articles 9.2, 9.3).
CREATE FUNCTION contribution_has_moved() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM transfers AS t
        JOIN accounts AS a ON a.account_id = t.credit_account
        WHERE t.purpose = 'contribution' AND a.pool_id = new.pool_id AND a.kind = new.account
            AND t.instalment = new.instalment AND t.amount_fen = new.amount_fen
            AND t.value_on = new.value_on AND t.booked_on = new.booked_on
    ) THEN
        PERFORM refuse('9.2', 'contributions_article_9_2_have_moved', format(
            'instalment %s of the %s account is recorded, and no such transfer was posted', new.instalment, new.account));
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER contributions_have_moved AFTER INSERT ON contributions
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION contribution_has_moved();

CREATE FUNCTION contribution_is_recorded() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM contributions AS c
        JOIN accounts AS a ON a.pool_id = c.pool_id AND a.kind = c.account
        WHERE a.account_id = new.credit_account AND c.instalment = new.instalment AND c.amount_fen = new.amount_fen
            AND c.value_on = new.value_on AND c.booked_on = new.booked_on
    ) THEN
        PERFORM refuse('9.3', 'transfers_article_9_3_recorded', format(
            'transfer %s is a contribution of which there is no record', new.id));
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER transfers_contributions_are_recorded AFTER INSERT ON transfers
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.purpose = 'contribution')
EXECUTE FUNCTION contribution_is_recorded();

-- A payment stands where the ledger says: reserved while the bank has not answered, then posted or voided (9.4).
CREATE FUNCTION payment_is_the_ledgers() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM transfers AS t
        WHERE t.compensation_id = new.compensation_id AND t.leg = new.leg AND t.instalment = new.instalment
            AND t.phase = CASE new.stage WHEN 'settled' THEN 'post' WHEN 'voided' THEN 'void' ELSE 'reserve' END
            AND t.pool_id = new.pool_id AND t.amount_fen = new.amount_fen
            AND (t.value_on, t.booked_on) IS NOT DISTINCT FROM (new.value_on, new.booked_on)
    ) THEN
        PERFORM refuse('9.4', 'payments_article_9_4_as_the_ledger', format(
            'payment %s is said to be %s, and the ledger has no such transfer', new.instruction_id, new.stage));
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER payments_are_the_ledgers AFTER INSERT OR UPDATE ON payments
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payment_is_the_ledgers();

-- ALWAYS: also where a session pretends to be a replica.
ALTER TABLE contributions ENABLE ALWAYS TRIGGER contributions_have_moved;
ALTER TABLE contributions ENABLE ALWAYS TRIGGER contributions_only_added;
ALTER TABLE payments ENABLE ALWAYS TRIGGER payments_are_the_ledgers;
ALTER TABLE accounts ENABLE ALWAYS TRIGGER accounts_follow_transfers;
ALTER TABLE accounts ENABLE ALWAYS TRIGGER accounts_open_empty;
ALTER TABLE transfers ENABLE ALWAYS TRIGGER transfers_1_accounts;
ALTER TABLE transfers ENABLE ALWAYS TRIGGER transfers_2_compensations;
ALTER TABLE transfers ENABLE ALWAYS TRIGGER transfers_only_added;
ALTER TABLE transfers ENABLE ALWAYS TRIGGER transfers_contributions_are_recorded;

-- migrate:down
-- Forward only: money that was booked is not unbooked by a migration.
