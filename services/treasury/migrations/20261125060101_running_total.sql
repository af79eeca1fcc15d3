-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- F(x) of Article 10.4 is taken of the running total of a project's whole life: a compensation's fiscal part is what it
-- adds to F of what was committed before it, so that the parts of all compensations add up to F of their sum. Taken of
-- each compensation alone, two of 1 fen each at 1:2 would have no fiscal part, and their sum one fen of it.
CREATE FUNCTION fiscal_part_of_compensation_fen(
    amount_fen bigint, committed_before_fen bigint, fiscal_weight bigint, social_weight bigint
) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN fiscal_part_fen(committed_before_fen + amount_fen, fiscal_weight, social_weight)
    - fiscal_part_fen(committed_before_fen, fiscal_weight, social_weight);

-- Nothing was committed before any compensation there is yet, so both checks say the same of it.
ALTER TABLE compensations ADD CONSTRAINT compensations_article_15_2_running_total CHECK (
    reimbursement_reserved_fen + reimbursed_fen
    <= fiscal_part_of_compensation_fen(paid_fen, committed_before_fen, fiscal_weight, social_weight)
) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE compensations DROP CONSTRAINT compensations_article_15_2_only_what_was_paid;

-- As before, but for the running total.
CREATE OR REPLACE FUNCTION post_to_compensations() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    IF NOT EXISTS (SELECT FROM new_transfers WHERE compensation_id IS NOT NULL) THEN
        RETURN NULL;
    END IF;

    -- Nothing is locked here: the accounts of the pool are, and no other pool's transfer touches its compensations.
    WITH running AS (
        SELECT
            n.ordinal, n.id, n.leg, n.compensation_id, c.pool_share_fen, c.committed_before_fen, c.fiscal_weight,
            c.social_weight,
            c.paid_fen + sum(moved_fen(n.phase, n.amount_fen)) FILTER (WHERE n.leg = 'payout') OVER w AS paid_fen,
            c.paid_fen + c.reserved_fen + sum(moved_fen(n.phase, n.amount_fen) + reserved_change_fen(n.phase, n.amount_fen))
                FILTER (WHERE n.leg = 'payout') OVER w AS payout_fen,
            c.reimbursed_fen + c.reimbursement_reserved_fen
            + sum(moved_fen(n.phase, n.amount_fen) + reserved_change_fen(n.phase, n.amount_fen))
                FILTER (WHERE n.leg = 'reimbursement') OVER w AS reimbursement_fen,
            c.paid_fen AS paid_before_fen
        FROM new_transfers AS n
        LEFT JOIN compensations AS c ON c.compensation_id = n.compensation_id AND c.pool_id = n.pool_id
        WHERE n.compensation_id IS NOT NULL
        WINDOW w AS (PARTITION BY n.compensation_id ORDER BY n.ordinal)
    )
    SELECT * INTO wrong FROM running
    WHERE pool_share_fen IS NULL
        OR payout_fen > pool_share_fen
        OR reimbursement_fen
            > fiscal_part_of_compensation_fen(
                coalesce(paid_fen, paid_before_fen)::bigint, committed_before_fen, fiscal_weight, social_weight
            )
    ORDER BY ordinal
    LIMIT 1;
    IF FOUND AND wrong.pool_share_fen IS NULL THEN
        PERFORM refuse('10.3', 'transfers_article_10_3_confirmed', format(
            'transfer %s is for compensation %s, which was never confirmed in this pool', wrong.id, wrong.compensation_id));
    ELSIF FOUND AND wrong.leg = 'payout' THEN
        PERFORM refuse('10.3', 'compensations_article_10_3_not_above_share', format(
            'transfer %s would bring the payout to %s fen, confirmed are %s fen', wrong.id, wrong.payout_fen,
            wrong.pool_share_fen));
    ELSIF FOUND THEN
        PERFORM refuse('15.2', 'compensations_article_15_2_only_what_was_paid', format(
            'transfer %s would bring the reimbursement to %s fen, above the fiscal part of what was really paid', wrong.id,
            wrong.reimbursement_fen));
    END IF;

    UPDATE compensations AS c
    SET
        reserved_fen = c.reserved_fen + t.reserved_change,
        paid_fen = c.paid_fen + t.paid_change,
        reimbursement_reserved_fen = c.reimbursement_reserved_fen + t.reimbursement_reserved_change,
        reimbursed_fen = c.reimbursed_fen + t.reimbursed_change
    FROM (
        SELECT
            compensation_id,
            coalesce(sum(reserved_change_fen(phase, amount_fen)) FILTER (WHERE leg = 'payout'), 0)::bigint
                AS reserved_change,
            coalesce(sum(moved_fen(phase, amount_fen)) FILTER (WHERE leg = 'payout'), 0)::bigint AS paid_change,
            coalesce(sum(reserved_change_fen(phase, amount_fen)) FILTER (WHERE leg = 'reimbursement'), 0)::bigint
                AS reimbursement_reserved_change,
            coalesce(sum(moved_fen(phase, amount_fen)) FILTER (WHERE leg = 'reimbursement'), 0)::bigint
                AS reimbursed_change
        FROM new_transfers
        WHERE compensation_id IS NOT NULL
        GROUP BY compensation_id
    ) AS t
    WHERE c.compensation_id = t.compensation_id;
    RETURN NULL;
END
$$;

-- migrate:down
-- Forward only: money that was booked is not unbooked by a migration.
