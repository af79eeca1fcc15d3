-- migrate:up

-- The money of a pool: what was decided, what the bank was told and answered, and the ledger. The database itself refuses
-- what the regulation forbids, to the application and to the tables' owner.

-- Nothing of this may wait or run for long.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- 1. Pools, accounts and cases

-- What the treasury knows of a pool. Its row is the lock for everything that is under the pool: there is one writer.
CREATE TABLE pools (
    pool_id uuid PRIMARY KEY,
    managing_institution text,
    cooperating_institution text,
    supervising_bank text,
    -- The bank that takes the accounts over, from its appointment until it has them (Article 6.3).
    successor text,
    state text NOT NULL,
    updated_at timestamptz NOT NULL
);

-- The two custodial accounts of a pool (Article 9.4), and those outside that money comes from and goes to.
-- Balances follow from the transfers alone, by their trigger.
CREATE TABLE accounts (
    account_id uuid PRIMARY KEY,
    pool_id uuid NOT NULL,
    kind text NOT NULL CHECK (
        kind IN ('fiscal', 'social_capital', 'fiscal_funder', 'social_funder', 'claimants')
    ),
    balance_fen bigint NOT NULL DEFAULT 0,
    reserved_fen bigint NOT NULL DEFAULT 0,
    UNIQUE (pool_id, kind),
    CONSTRAINT accounts_article_9_4_not_below_zero CHECK (
        kind NOT IN ('fiscal', 'social_capital') OR (reserved_fen >= 0 AND balance_fen - reserved_fen >= 0)
    ),
    CONSTRAINT accounts_only_custodial_reserve CHECK (kind IN ('fiscal', 'social_capital') OR reserved_fen = 0)
);

-- The accounts are closed: money moves along these routes and no other (Article 9.4). A new route is a new migration.
CREATE TABLE permitted_routes (
    purpose text NOT NULL,
    debit_kind text NOT NULL,
    credit_kind text NOT NULL,
    clause text NOT NULL,
    PRIMARY KEY (purpose, debit_kind, credit_kind)
);

INSERT INTO permitted_routes (purpose, debit_kind, credit_kind, clause) VALUES
    ('contribution', 'fiscal_funder', 'fiscal', '9.2'),
    ('contribution', 'social_funder', 'social_capital', '9.2'),
    ('payout', 'social_capital', 'claimants', '10.5'),
    ('reimbursement', 'fiscal', 'social_capital', '15.2');

-- A project's case: the terms that were pinned at its filing (5.2), and in ``state`` who acted in it in which duty.
CREATE TABLE cases (
    project_id uuid PRIMARY KEY,
    pool_id uuid NOT NULL,
    lender text,
    guarantor text,
    rules_version bigint,
    share_rate_bp bigint CHECK (share_rate_bp BETWEEN 0 AND 10000),
    fiscal_weight bigint CHECK (fiscal_weight >= 0),
    social_weight bigint CHECK (social_weight >= 0),
    filed_by text,
    approved_by text,
    -- The affiliates of the cooperating institution that its borrower was found to be, until each is decided on (9.1).
    affiliate_flags text [] NOT NULL DEFAULT '{}',
    state text NOT NULL,
    trace_parent text,
    updated_at timestamptz NOT NULL
);
-- Its compensations bear the same terms, and refer to them here.
CREATE UNIQUE INDEX cases_terms ON cases (project_id, pool_id, share_rate_bp, fiscal_weight, social_weight);

-- 2. What was decided

-- F(x) of Article 10.4: half a fen and more goes to the fiscal part, which is the largest remainder with a tie to fiscal.
CREATE FUNCTION fiscal_part_fen(amount_fen bigint, fiscal_weight bigint, social_weight bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN div(
    2::numeric * amount_fen * fiscal_weight + (fiscal_weight + social_weight),
    2::numeric * (fiscal_weight + social_weight)
)::bigint;

-- It is taken of the running total of a project's whole life: a compensation's fiscal part is what it
-- adds to F of what was committed before it, so that the parts of all compensations add up to F of their sum. Taken of
-- each compensation alone, two of 1 fen each at 1:2 would have no fiscal part, and their sum one fen of it.
CREATE FUNCTION fiscal_part_of_compensation_fen(
    amount_fen bigint, committed_before_fen bigint, fiscal_weight bigint, social_weight bigint
) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN fiscal_part_fen(committed_before_fen + amount_fen, fiscal_weight, social_weight)
    - fiscal_part_fen(committed_before_fen, fiscal_weight, social_weight);

-- The confirmed compensations: no more is ever paid on one than its share. The four figures of money that moved are kept
-- by the transfers' trigger; the application has no right to write them.
CREATE TABLE compensations (
    compensation_id uuid PRIMARY KEY,
    pool_id uuid NOT NULL,
    project_id uuid NOT NULL,
    number bigint NOT NULL CHECK (number >= 1),
    plan_sha256 text NOT NULL,
    payee text NOT NULL,
    total_loss_fen bigint NOT NULL CHECK (total_loss_fen > 0),
    share_rate_bp bigint NOT NULL CHECK (share_rate_bp BETWEEN 0 AND 10000),
    fiscal_weight bigint NOT NULL CHECK (fiscal_weight >= 0),
    social_weight bigint NOT NULL CHECK (social_weight >= 0),
    committed_before_fen bigint NOT NULL CHECK (committed_before_fen >= 0),
    pool_share_fen bigint NOT NULL CHECK (pool_share_fen > 0),
    payout_instalments bigint NOT NULL DEFAULT 0 CHECK (payout_instalments >= 0),
    reimbursement_instalments bigint NOT NULL DEFAULT 0 CHECK (reimbursement_instalments >= 0),
    stage text NOT NULL CHECK (
        stage IN ('queued', 'paying', 'paid', 'reimbursing', 'reimbursed', 'rejected')
    ),
    reserved_fen bigint NOT NULL DEFAULT 0 CHECK (reserved_fen >= 0),
    paid_fen bigint NOT NULL DEFAULT 0 CHECK (paid_fen >= 0),
    reimbursement_reserved_fen bigint NOT NULL DEFAULT 0 CHECK (reimbursement_reserved_fen >= 0),
    reimbursed_fen bigint NOT NULL DEFAULT 0 CHECK (reimbursed_fen >= 0),
    updated_at timestamptz NOT NULL,
    UNIQUE (project_id, number),
    CONSTRAINT compensations_ratio_has_weight CHECK (fiscal_weight + social_weight > 0),
    CONSTRAINT compensations_article_10_3_share_within_rate CHECK (
        (pool_share_fen::numeric + committed_before_fen) * 10000 <= share_rate_bp::numeric * total_loss_fen
    ),
    CONSTRAINT compensations_article_10_3_not_above_share CHECK (reserved_fen + paid_fen <= pool_share_fen),
    CONSTRAINT compensations_article_15_2_running_total CHECK (
        reimbursement_reserved_fen + reimbursed_fen
        <= fiscal_part_of_compensation_fen(paid_fen, committed_before_fen, fiscal_weight, social_weight)
    ),
    -- A rate that is not the project's own can't be written beside them (5.2).
    CONSTRAINT compensations_article_10_3_projects_terms
    FOREIGN KEY (project_id, pool_id, share_rate_bp, fiscal_weight, social_weight)
    REFERENCES cases (project_id, pool_id, share_rate_bp, fiscal_weight, social_weight)
);

-- An amount that a checked decision binds the pool to pay on one leg. The queue's order is that of ``accepted_ordinal``.
CREATE TABLE mandates (
    mandate_id uuid PRIMARY KEY,
    accepted_ordinal bigint GENERATED ALWAYS AS IDENTITY,
    pool_id uuid NOT NULL,
    project_id uuid NOT NULL,
    compensation_id uuid NOT NULL REFERENCES compensations (compensation_id),
    leg text NOT NULL CHECK (leg IN ('payout', 'reimbursement')),
    number bigint NOT NULL CHECK (number >= 1),
    decision_sha256 text NOT NULL,
    authorised_fen bigint NOT NULL CHECK (authorised_fen > 0),
    queued_fen bigint NOT NULL CHECK (queued_fen BETWEEN 0 AND authorised_fen),
    settled_fen bigint NOT NULL CHECK (settled_fen >= 0),
    stage text NOT NULL CHECK (stage IN ('open', 'settled', 'rejected', 'taken_up')),
    -- The instruction that the bank did not carry out, and that this mandate takes up again: once each.
    follows uuid UNIQUE,
    authority text NOT NULL,
    accepted_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (compensation_id, leg, number),
    CONSTRAINT mandates_one_payout_each CHECK (leg <> 'payout' OR number = 1 OR follows IS NOT NULL),
    CONSTRAINT mandates_queued_and_settled CHECK (queued_fen + settled_fen <= authorised_fen)
);

CREATE INDEX mandates_of_project ON mandates (project_id);
CREATE INDEX mandates_queued ON mandates (pool_id, leg, accepted_ordinal) WHERE queued_fen > 0 AND stage = 'open';

-- Releases and approvals that can't be judged before the registry's copies have caught up, in the order they came.
CREATE TABLE waiting_releases (
    message_id text PRIMARY KEY,
    arrived_ordinal bigint GENERATED ALWAYS AS IDENTITY,
    pool_id uuid NOT NULL,
    project_id uuid NOT NULL,
    message_type text NOT NULL,
    sender text NOT NULL,
    sha256 text NOT NULL,
    message text NOT NULL,
    waits_for text[] NOT NULL,
    received_at timestamptz NOT NULL,
    taken_up_at timestamptz
);

CREATE INDEX waiting_releases_open ON waiting_releases (pool_id) WHERE taken_up_at IS NULL;

-- 3. What moved

-- What the bank was told to pay, and what it answered.
CREATE TABLE payments (
    instruction_id uuid PRIMARY KEY,
    pool_id uuid NOT NULL,
    project_id uuid NOT NULL,
    compensation_id uuid NOT NULL REFERENCES compensations (compensation_id),
    mandate_id uuid NOT NULL REFERENCES mandates (mandate_id),
    leg text NOT NULL CHECK (leg IN ('payout', 'reimbursement')),
    instalment bigint NOT NULL CHECK (instalment >= 1),
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    stage text NOT NULL CHECK (stage IN ('instructed', 'settled', 'voided')),
    bank_reference text,
    value_on date,
    booked_on date,
    reason text,
    updated_at timestamptz NOT NULL,
    UNIQUE (compensation_id, leg, instalment),
    CONSTRAINT payments_settled_with_reference CHECK (
        (stage = 'settled') = (bank_reference IS NOT NULL AND value_on IS NOT NULL AND booked_on IS NOT NULL)
    )
);

CREATE INDEX payments_unanswered ON payments (pool_id, updated_at) WHERE stage = 'instructed';

-- The contributions that arrived, with the budget that each fiscal one comes from (Article 9.3).
CREATE TABLE contributions (
    pool_id uuid NOT NULL,
    account text NOT NULL CHECK (account IN ('fiscal', 'social_capital')),
    instalment bigint NOT NULL CHECK (instalment >= 1),
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    budget_reference text,
    budget_year bigint,
    bank_reference text NOT NULL,
    value_on date NOT NULL,
    booked_on date NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (pool_id, account, instalment),
    CONSTRAINT contributions_article_9_3_budget CHECK (
        account <> 'fiscal' OR (budget_reference IS NOT NULL AND budget_year IS NOT NULL)
    )
);

-- The ledger. One row has a debit and a credit account, so it balances by construction; rows are only ever added.
-- A payment is reserved first, then posted or voided; a contribution moves directly.
-- ``value_on`` and ``booked_on`` are the bank's dates, ``recorded_at`` is when we wrote it.
CREATE TABLE transfers (
    id uuid PRIMARY KEY,
    ordinal bigint GENERATED ALWAYS AS IDENTITY,
    pool_id uuid NOT NULL,
    purpose text NOT NULL,
    phase text NOT NULL CHECK (phase IN ('direct', 'reserve', 'post', 'void')),
    phase_class text NOT NULL GENERATED ALWAYS AS (CASE WHEN phase IN ('post', 'void') THEN 'end' ELSE phase END) STORED,
    reservation_id uuid,
    compensation_id uuid,
    leg text CHECK (leg IN ('payout', 'reimbursement')),
    instalment bigint NOT NULL CHECK (instalment >= 1),
    debit_account uuid NOT NULL,
    credit_account uuid NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    value_on date,
    booked_on date,
    recorded_at timestamptz NOT NULL,
    UNIQUE (ordinal),
    CONSTRAINT transfers_two_accounts CHECK (debit_account <> credit_account),
    CONSTRAINT transfers_leg_is_purpose CHECK (
        (purpose = 'contribution' AND leg IS NULL AND compensation_id IS NULL AND phase = 'direct')
        OR (purpose = leg AND compensation_id IS NOT NULL AND phase <> 'direct')
    ),
    CONSTRAINT transfers_reservation_is_named CHECK ((phase IN ('post', 'void')) = (reservation_id IS NOT NULL)),
    CONSTRAINT transfers_moved_money_has_dates CHECK (
        (phase IN ('direct', 'post')) = (value_on IS NOT NULL AND booked_on IS NOT NULL)
    ),
    -- One reservation per instalment, and one end of it: posting or voiding it a second time is impossible (9.4, 10.3).
    CONSTRAINT transfers_article_9_4_once_per_instalment UNIQUE (compensation_id, leg, instalment, phase_class)
);

-- Each planned contribution arrives once on its account.
CREATE UNIQUE INDEX transfers_article_9_2_once_per_instalment ON transfers (credit_account, instalment)
WHERE purpose = 'contribution';

-- 4. What a transfer does

-- A transfer that breaks a rule of the regulation is refused with the rule's clause.
CREATE FUNCTION refuse(clause text, rule text, what text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'check_violation',
        CONSTRAINT = rule,
        MESSAGE = format('Article %s: %s', clause, what);
END
$$;

-- Refuses with the clause, the rule and the words that the trigger is made with.
CREATE FUNCTION refuse_with() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse(TG_ARGV[0], TG_ARGV[1], format('%s of %s is not possible: %s', TG_OP, TG_TABLE_NAME, TG_ARGV[2]));
    RETURN NULL;
END
$$;

-- What a transfer changes on the balances of its two accounts, and on what is reserved on the debit account.
CREATE FUNCTION moved_fen(phase text, amount_fen bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN phase IN ('direct', 'post') THEN amount_fen ELSE 0 END;

CREATE FUNCTION reserved_change_fen(phase text, amount_fen bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE phase WHEN 'reserve' THEN amount_fen WHEN 'direct' THEN 0 ELSE -amount_fen END;

-- Posts a set of new transfers to their accounts at once: routes, reservations and balances, each in one statement.
-- Accounts are locked in id order. Limits are held in the order of the rows and not only in the end: what is looked at
-- is the running minimum. It runs as the owner, since the application may write no balance itself.
CREATE FUNCTION post_to_accounts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT n.id, n.purpose, d.kind AS debit_kind, c.kind AS credit_kind INTO wrong
    FROM new_transfers AS n
    LEFT JOIN accounts AS d ON d.account_id = n.debit_account AND d.pool_id = n.pool_id
    LEFT JOIN accounts AS c ON c.account_id = n.credit_account AND c.pool_id = n.pool_id
    LEFT JOIN permitted_routes AS r
        ON r.purpose = n.purpose AND r.debit_kind = d.kind AND r.credit_kind = c.kind
    WHERE r.purpose IS NULL
    ORDER BY n.ordinal
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('9.4', 'transfers_article_9_4_permitted_route', format(
            'transfer %s goes from %s to %s for the purpose %s, which is not a permitted route',
            wrong.id, coalesce(wrong.debit_kind, 'an account outside the pool'),
            coalesce(wrong.credit_kind, 'an account outside the pool'), wrong.purpose));
    END IF;

    SELECT n.id INTO wrong
    FROM new_transfers AS n
    LEFT JOIN transfers AS r
        ON r.id = n.reservation_id AND r.phase = 'reserve' AND r.ordinal < n.ordinal
        AND r.pool_id = n.pool_id AND r.compensation_id = n.compensation_id AND r.leg = n.leg
        AND r.instalment = n.instalment AND r.amount_fen = n.amount_fen
        AND r.debit_account = n.debit_account AND r.credit_account = n.credit_account
    WHERE n.phase IN ('post', 'void') AND r.id IS NULL
    ORDER BY n.ordinal
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('9.4', 'transfers_article_9_4_reservation', format(
            'transfer %s ends a reservation that was never made like that', wrong.id));
    END IF;

    PERFORM 1 FROM accounts
    WHERE account_id IN (SELECT debit_account FROM new_transfers UNION SELECT credit_account FROM new_transfers)
    ORDER BY account_id
    FOR UPDATE;

    WITH moves AS (
        SELECT
            ordinal, id, debit_account AS account_id,
            -moved_fen(phase, amount_fen) AS balance_change, reserved_change_fen(phase, amount_fen) AS reserved_change
        FROM new_transfers
        UNION ALL
        SELECT ordinal, id, credit_account, moved_fen(phase, amount_fen), 0 FROM new_transfers
    ), running AS (
        SELECT
            m.ordinal, m.id, a.kind,
            a.balance_fen - a.reserved_fen + sum(m.balance_change - m.reserved_change) OVER w AS available_fen,
            a.reserved_fen + sum(m.reserved_change) OVER w AS reserved_fen
        FROM moves AS m
        JOIN accounts AS a ON a.account_id = m.account_id
        WHERE a.kind IN ('fiscal', 'social_capital')
        WINDOW w AS (PARTITION BY m.account_id ORDER BY m.ordinal)
    )
    SELECT * INTO wrong FROM running WHERE available_fen < 0 OR reserved_fen < 0 ORDER BY ordinal LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('9.4', 'accounts_article_9_4_not_below_zero', format(
            'transfer %s would leave the %s account %s fen below zero, counting what is reserved (10.5)',
            wrong.id, wrong.kind, -least(wrong.available_fen, wrong.reserved_fen)));
    END IF;

    UPDATE accounts AS a
    SET balance_fen = a.balance_fen + t.balance_change, reserved_fen = a.reserved_fen + t.reserved_change
    FROM (
        SELECT account_id, sum(balance_change)::bigint AS balance_change, sum(reserved_change)::bigint AS reserved_change
        FROM (
            SELECT
                debit_account AS account_id,
                -moved_fen(phase, amount_fen) AS balance_change, reserved_change_fen(phase, amount_fen) AS reserved_change
            FROM new_transfers
            UNION ALL
            SELECT credit_account, moved_fen(phase, amount_fen), 0 FROM new_transfers
        ) AS moves
        GROUP BY account_id
    ) AS t
    WHERE a.account_id = t.account_id;
    RETURN NULL;
END
$$;

-- Posts a set of new transfers to their compensations: nothing is paid above the confirmed share (10.3), nothing is
-- reimbursed above the fiscal part of what was really paid (15.2), at no moment in the order of the rows.
CREATE FUNCTION post_to_compensations() RETURNS trigger
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

-- Nothing is reserved, and so nothing paid, while the accounts go from bank to bank (6.3), nor for an affiliate that was
-- found after the filing, until that is decided on (9.1). What was reserved before is the bank's to answer.
CREATE FUNCTION hold_payments() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT n.id, p.successor, c.project_id INTO wrong
    FROM new_transfers AS n
    LEFT JOIN pools AS p ON p.pool_id = n.pool_id AND p.successor IS NOT NULL
    LEFT JOIN compensations AS m ON m.compensation_id = n.compensation_id AND n.leg = 'payout'
    LEFT JOIN cases AS c ON c.project_id = m.project_id AND cardinality(c.affiliate_flags) > 0
    WHERE n.phase = 'reserve' AND num_nonnulls(p.successor, c.project_id) > 0
    ORDER BY n.ordinal
    LIMIT 1;
    IF FOUND AND wrong.successor IS NOT NULL THEN
        PERFORM refuse('6.3', 'transfers_article_6_3_not_between_banks', format(
            'transfer %s would pay while the accounts go to %s', wrong.id, wrong.successor));
    ELSIF FOUND THEN
        PERFORM refuse('9.1', 'transfers_article_9_1_no_affiliate', format(
            'transfer %s would pay on project %s while the flag of an affiliate stands', wrong.id, wrong.project_id));
    END IF;
    RETURN NULL;
END
$$;

-- Triggers of one moment run in the order of their names.
CREATE TRIGGER transfers_0_holds AFTER INSERT ON transfers
REFERENCING NEW TABLE AS new_transfers FOR EACH STATEMENT EXECUTE FUNCTION hold_payments();

CREATE TRIGGER transfers_1_accounts AFTER INSERT ON transfers
REFERENCING NEW TABLE AS new_transfers FOR EACH STATEMENT EXECUTE FUNCTION post_to_accounts();

CREATE TRIGGER transfers_2_compensations AFTER INSERT ON transfers
REFERENCING NEW TABLE AS new_transfers FOR EACH STATEMENT EXECUTE FUNCTION post_to_compensations();

-- Whatever went wrong is put right by another transfer, never by changing one: for the owner, too.
CREATE TRIGGER transfers_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON transfers FOR EACH STATEMENT
EXECUTE FUNCTION refuse_with('9.4', 'transfers_article_9_4_only_added', 'rows of the ledger are only ever added');

CREATE TRIGGER contributions_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON contributions FOR EACH STATEMENT
EXECUTE FUNCTION refuse_with('9.4', 'contributions_article_9_4_only_added', 'what has arrived stands');

-- A balance follows from transfers: it is changed by their trigger or not at all.
CREATE TRIGGER accounts_follow_transfers BEFORE UPDATE ON accounts FOR EACH STATEMENT
WHEN (pg_trigger_depth() = 0)
EXECUTE FUNCTION refuse_with('9.4', 'accounts_article_9_4_follow_transfers', 'balances follow from transfers alone');

CREATE TRIGGER accounts_only_added BEFORE DELETE OR TRUNCATE ON accounts FOR EACH STATEMENT
EXECUTE FUNCTION refuse_with('9.4', 'accounts_article_9_4_follow_transfers', 'balances follow from transfers alone');

CREATE TRIGGER accounts_open_empty BEFORE INSERT ON accounts FOR EACH ROW
WHEN (new.balance_fen <> 0 OR new.reserved_fen <> 0)
EXECUTE FUNCTION refuse_with('9.4', 'accounts_article_9_4_open_empty', 'an account is opened empty');

-- All compensations of a project together stay under its rate of the latest loss (10.3). The pool's row is locked while
-- a compensation is accepted, so that two can't slip past each other.
CREATE FUNCTION cap_whole_life() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT n.compensation_id, n.project_id, sum(c.pool_share_fen) AS committed_fen INTO wrong
    FROM new_compensations AS n
    JOIN compensations AS c ON c.project_id = n.project_id
    GROUP BY n.compensation_id, n.project_id, n.share_rate_bp, n.total_loss_fen
    HAVING sum(c.pool_share_fen) * 10000 > n.share_rate_bp::numeric * n.total_loss_fen
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('10.3', 'compensations_article_10_3_whole_life', format(
            'compensation %s would bring what project %s gets to %s fen, above its rate of the loss',
            wrong.compensation_id, wrong.project_id, wrong.committed_fen));
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER compensations_cap_whole_life AFTER INSERT ON compensations
REFERENCING NEW TABLE AS new_compensations FOR EACH STATEMENT EXECUTE FUNCTION cap_whole_life();

-- 5. What was pinned, confirmed or answered stands

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
CREATE TRIGGER compensations_follow_transfers BEFORE UPDATE ON compensations FOR EACH ROW
WHEN (
    pg_trigger_depth() = 0
    AND (old.reserved_fen, old.paid_fen, old.reimbursement_reserved_fen, old.reimbursed_fen)
    IS DISTINCT FROM (new.reserved_fen, new.paid_fen, new.reimbursement_reserved_fen, new.reimbursed_fen)
)
EXECUTE FUNCTION refuse_with('9.4', 'compensations_article_9_4_follow_transfers', 'figures follow from transfers alone');
CREATE TRIGGER compensations_begin_unpaid BEFORE INSERT ON compensations FOR EACH ROW
WHEN (
    new.reserved_fen <> 0 OR new.paid_fen <> 0 OR new.reimbursement_reserved_fen <> 0 OR new.reimbursed_fen <> 0
)
EXECUTE FUNCTION refuse_with('9.4', 'compensations_article_9_4_follow_transfers', 'figures follow from transfers alone');

-- A mandate only goes on: what was taken out of the queue doesn't come back, and what was settled stays so.
CREATE TRIGGER mandates_only_go_on BEFORE UPDATE ON mandates FOR EACH ROW
WHEN (
    new.queued_fen > old.queued_fen OR new.settled_fen < old.settled_fen
    OR (old.stage = 'settled' AND new.stage <> 'settled')
    OR (
        old.mandate_id, old.pool_id, old.project_id, old.compensation_id, old.leg, old.number, old.decision_sha256,
        old.authorised_fen, old.authority, old.accepted_at, old.follows
    ) IS DISTINCT FROM (
        new.mandate_id, new.pool_id, new.project_id, new.compensation_id, new.leg, new.number, new.decision_sha256,
        new.authorised_fen, new.authority, new.accepted_at, new.follows
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

-- 6. Records and ledger agree

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

-- What is taken up again was not carried out, on the same leg of the same compensation; and all that is paid, reserved or
-- still queued on a compensation stays within its share (10.3, 10.5).
CREATE FUNCTION taken_up_is_owed() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF new.follows IS NOT NULL AND NOT EXISTS (
        SELECT FROM payments AS p
        WHERE p.instruction_id = new.follows AND p.stage = 'voided' AND p.pool_id = new.pool_id
            AND p.compensation_id = new.compensation_id AND p.leg = new.leg
    ) THEN
        PERFORM refuse('10.5', 'mandates_article_10_5_follows_a_voided_one', format(
            'mandate %s takes up %s, which the bank is not said to have left undone', new.mandate_id, new.follows));
    END IF;
    IF new.leg = 'payout' AND EXISTS (
        SELECT FROM compensations AS c
        WHERE c.compensation_id = new.compensation_id AND c.pool_share_fen < c.paid_fen + c.reserved_fen + (
            SELECT sum(m.queued_fen) FROM mandates AS m
            WHERE m.compensation_id = new.compensation_id AND m.leg = 'payout' AND m.stage = 'open'
        )
    ) THEN
        PERFORM refuse('10.3', 'mandates_article_10_3_within_the_share', format(
            'with mandate %s more would be owed on its compensation than its share', new.mandate_id));
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER mandates_are_owed AFTER INSERT ON mandates
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION taken_up_is_owed();

-- Every trigger of the service's fires ALWAYS: also where a session pretends to be a replica.
DO $$
DECLARE
    its record;
BEGIN
    FOR its IN SELECT tgrelid::regclass AS of_table, tgname FROM pg_trigger WHERE NOT tgisinternal LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', its.of_table, its.tgname);
    END LOOP;
END
$$;

-- 7. Rights

-- Exactly what the application needs: no DELETE anywhere, no UPDATE on the ledger, no figure of money that moved.
GRANT SELECT, INSERT, UPDATE ON pools, cases TO riskpool_treasury;
GRANT SELECT ON accounts, permitted_routes, compensations, mandates, payments, contributions, waiting_releases, transfers
TO riskpool_treasury;
GRANT INSERT (account_id, pool_id, kind) ON accounts TO riskpool_treasury;
GRANT INSERT (
    compensation_id, pool_id, project_id, number, plan_sha256, payee, total_loss_fen, share_rate_bp, fiscal_weight,
    social_weight, committed_before_fen, pool_share_fen, payout_instalments, reimbursement_instalments, stage, updated_at
) ON compensations TO riskpool_treasury;
GRANT UPDATE (payout_instalments, reimbursement_instalments, stage, updated_at) ON compensations TO riskpool_treasury;
GRANT INSERT ON mandates, payments, contributions, waiting_releases, transfers TO riskpool_treasury;
GRANT UPDATE (queued_fen, settled_fen, stage, updated_at) ON mandates TO riskpool_treasury;
GRANT UPDATE (stage, bank_reference, value_on, booked_on, reason, updated_at) ON payments TO riskpool_treasury;
GRANT UPDATE (waits_for, taken_up_at) ON waiting_releases TO riskpool_treasury;

-- migrate:down
-- We go forward only: money that was booked is not unbooked by a migration.
