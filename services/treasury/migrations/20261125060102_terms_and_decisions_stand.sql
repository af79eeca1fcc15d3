-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- What was pinned, confirmed or answered stands: for the application and for the tables' owner.

-- A project's terms are pinned at its filing (Article 5.2), and its compensations bear the same ones (10.3, 10.4): a rate
-- that is not the project's own can't be written beside them.
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX cases_terms ON cases (project_id, pool_id, share_rate_bp, fiscal_weight, social_weight);
ALTER TABLE compensations ADD CONSTRAINT compensations_article_10_3_projects_terms
FOREIGN KEY (project_id, pool_id, share_rate_bp, fiscal_weight, social_weight)
REFERENCES cases (project_id, pool_id, share_rate_bp, fiscal_weight, social_weight) NOT VALID;

-- Refuses with the clause, the rule and the words that the trigger is made with.
CREATE FUNCTION refuse_with() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse(TG_ARGV[0], TG_ARGV[1], format('%s of %s is not possible: %s', TG_OP, TG_TABLE_NAME, TG_ARGV[2]));
    RETURN NULL;
END
$$;

CREATE TRIGGER cases_terms_are_pinned BEFORE UPDATE ON cases FOR EACH ROW
WHEN (
    old.project_id <> new.project_id OR old.pool_id <> new.pool_id
    OR (
        old.lender IS NOT NULL
        AND (
            old.lender, old.guarantor, old.rules_version, old.share_rate_bp, old.fiscal_weight, old.social_weight,
            old.filed_by, old.approved_by
        ) IS DISTINCT FROM (
            new.lender, new.guarantor, new.rules_version, new.share_rate_bp, new.fiscal_weight, new.social_weight,
            new.filed_by, new.approved_by
        )
    )
)
EXECUTE FUNCTION refuse_with('5.2', 'cases_article_5_2_pinned', 'a project''s terms are pinned at its filing');
CREATE TRIGGER cases_only_added BEFORE DELETE OR TRUNCATE ON cases FOR EACH STATEMENT
EXECUTE FUNCTION refuse_with('5.2', 'cases_article_5_2_pinned', 'a project''s terms are pinned at its filing');

CREATE TRIGGER compensations_stay_confirmed BEFORE UPDATE ON compensations FOR EACH ROW
WHEN ((
    old.compensation_id, old.pool_id, old.project_id, old.number, old.plan_sha256, old.payee, old.total_loss_fen,
    old.share_rate_bp, old.fiscal_weight, old.social_weight, old.committed_before_fen, old.pool_share_fen
) IS DISTINCT FROM (
    new.compensation_id, new.pool_id, new.project_id, new.number, new.plan_sha256, new.payee, new.total_loss_fen,
    new.share_rate_bp, new.fiscal_weight, new.social_weight, new.committed_before_fen, new.pool_share_fen
))
EXECUTE FUNCTION refuse_with('10.3', 'compensations_article_10_3_confirmed', 'it stands as it was confirmed');
CREATE TRIGGER compensations_only_added BEFORE DELETE OR TRUNCATE ON compensations FOR EACH STATEMENT
EXECUTE FUNCTION refuse_with('10.3', 'compensations_article_10_3_confirmed', 'it stands as it was confirmed');

-- The figures of money that moved follow from transfers, as balances do.
CREATE FUNCTION refuse_figures() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR pg_trigger_depth() < 2 THEN
        PERFORM refuse('9.4', 'compensations_article_9_4_follow_transfers', format(
            '%s of figures on compensations is not possible: they follow from transfers alone', TG_OP));
    END IF;
    RETURN new;
END
$$;
CREATE TRIGGER compensations_follow_transfers BEFORE UPDATE ON compensations FOR EACH ROW
WHEN (
    (old.reserved_fen, old.paid_fen, old.reimbursement_reserved_fen, old.reimbursed_fen)
    IS DISTINCT FROM (new.reserved_fen, new.paid_fen, new.reimbursement_reserved_fen, new.reimbursed_fen)
)
EXECUTE FUNCTION refuse_figures();
CREATE TRIGGER compensations_begin_unpaid BEFORE INSERT ON compensations FOR EACH ROW
WHEN (
    new.reserved_fen <> 0 OR new.paid_fen <> 0 OR new.reimbursement_reserved_fen <> 0 OR new.reimbursed_fen <> 0
)
EXECUTE FUNCTION refuse_figures();

-- A mandate only goes on: what was taken out of the queue doesn't come back, and what was settled stays so.
CREATE TRIGGER mandates_only_go_on BEFORE UPDATE ON mandates FOR EACH ROW
WHEN (
    new.queued_fen > old.queued_fen OR new.settled_fen < old.settled_fen
    OR (old.stage = 'settled' AND new.stage <> 'settled')
    OR (
        old.mandate_id, old.pool_id, old.project_id, old.compensation_id, old.leg, old.number, old.decision_sha256,
        old.authorised_fen, old.authority, old.accepted_at
    ) IS DISTINCT FROM (
        new.mandate_id, new.pool_id, new.project_id, new.compensation_id, new.leg, new.number, new.decision_sha256,
        new.authorised_fen, new.authority, new.accepted_at
    )
)
EXECUTE FUNCTION refuse_with('10.5', 'mandates_article_10_5_only_go_on', 'what was paid on it is not owed again');
CREATE TRIGGER mandates_only_added BEFORE DELETE OR TRUNCATE ON mandates FOR EACH STATEMENT
EXECUTE FUNCTION refuse_with('10.5', 'mandates_article_10_5_only_go_on', 'what was paid on it is not owed again');

-- The bank answers an instruction once.
CREATE TRIGGER payments_are_answered_once BEFORE UPDATE ON payments FOR EACH ROW
WHEN (
    (
        old.instruction_id, old.pool_id, old.project_id, old.compensation_id, old.mandate_id, old.leg, old.instalment,
        old.amount_fen
    ) IS DISTINCT FROM (
        new.instruction_id, new.pool_id, new.project_id, new.compensation_id, new.mandate_id, new.leg, new.instalment,
        new.amount_fen
    )
    OR (
        old.stage IN ('settled', 'voided')
        AND (old.stage, old.bank_reference, old.value_on, old.booked_on, old.reason)
        IS DISTINCT FROM (new.stage, new.bank_reference, new.value_on, new.booked_on, new.reason)
    )
)
EXECUTE FUNCTION refuse_with('9.4', 'payments_article_9_4_answered_once', 'the bank''s answer stands');
CREATE TRIGGER payments_only_added BEFORE DELETE OR TRUNCATE ON payments FOR EACH STATEMENT
EXECUTE FUNCTION refuse_with('9.4', 'payments_article_9_4_answered_once', 'the bank''s answer stands');

-- ALWAYS: also where a session pretends to be a replica.
ALTER TABLE cases ENABLE ALWAYS TRIGGER cases_terms_are_pinned;
ALTER TABLE cases ENABLE ALWAYS TRIGGER cases_only_added;
ALTER TABLE compensations ENABLE ALWAYS TRIGGER compensations_cap_whole_life;
ALTER TABLE compensations ENABLE ALWAYS TRIGGER compensations_stay_confirmed;
ALTER TABLE compensations ENABLE ALWAYS TRIGGER compensations_only_added;
ALTER TABLE compensations ENABLE ALWAYS TRIGGER compensations_follow_transfers;
ALTER TABLE compensations ENABLE ALWAYS TRIGGER compensations_begin_unpaid;
ALTER TABLE mandates ENABLE ALWAYS TRIGGER mandates_only_go_on;
ALTER TABLE mandates ENABLE ALWAYS TRIGGER mandates_only_added;
ALTER TABLE payments ENABLE ALWAYS TRIGGER payments_are_answered_once;
ALTER TABLE payments ENABLE ALWAYS TRIGGER payments_only_added;

-- migrate:down
-- Forward only: money that was booked is not unbooked by a migration.
