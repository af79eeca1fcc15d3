"""The treasury's transaction on a real database, with real signatures under the decisions."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.treasury import repository
from services.treasury.execute import execute
from shared.contracts import ids
from shared.contracts.catalogue import COMMAND_MESSAGES
from shared.contracts.claims import PaymentTakenUp, TakeUpPayment
from shared.contracts.documents import SignedMessage
from shared.contracts.examples import SHARE_FEN
from shared.contracts.ids import causing_id
from shared.contracts.receipts import Outcome
from shared.contracts.received import Acting, Received
from shared.contracts.registry.people import KeyRegistered, OfficerRegistered
from shared.contracts.registry.project_life import FlagGround, FlagLifted, LiftFlag, ProjectFlagged
from shared.contracts.registry.words import Duty, SystemUse
from shared.contracts.topics import outcomes_topic
from shared.contracts.treasury import (
    Account,
    ContributionReceived,
    Leg,
    PaymentInstructed,
    PaymentInstruction,
    PaymentRefused,
    PaymentReserved,
    PaymentSettled,
    PayoutQueued,
)
from shared.messaging.message import Decided, Incoming, Record
from shared.messaging.signatures import Signer, new_private_key
from simulator.message_context import person_of
from simulator.samples import sample
from tests.unit.treasury.treasury_ballot import approval
from tests.unit.treasury.treasury_factories import (
    ACCOUNT_REGISTERED,
    BANK,
    BANK_REGISTERED,
    COOPERATING,
    DUTIES,
    FOUNDED,
    HERE,
    LENDER,
    MANAGING,
    NOW,
    PAIR_FEN,
    POOL_ID,
    PROJECT_ID,
    Payout,
    Signed,
    basis,
    confirmation_of,
    contribution,
    from_bank,
    officers,
    payout,
    project_approved,
    rejection_of,
)

pytestmark = pytest.mark.asyncio

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Keys:
    """A key for everybody who signs in the case, and what the registry says of it."""

    def __init__(self) -> None:
        self.signers = {who: Signer(new_private_key()) for who in (*DUTIES, (LENDER, None))}

    def registered(self, who: tuple[str, str | None]) -> KeyRegistered:
        signer, (institution, officer) = self.signers[who], who
        return KeyRegistered(
            key_id=signer.key_id,
            public_key=signer.public_key,
            institution=institution,
            officer=officer,
            use=SystemUse.LOSS_NOTICES if officer is None else None,
            valid_from=NOW,
            registered_with=signer.key_id,
        )

    def sign(self, data: Any, institution: str, officer: str | None, use: SystemUse | None = None) -> Signed[Any]:
        """``data`` in its envelope, as its sender publishes it."""
        signer = self.signers[institution, officer]
        value = (
            COMMAND_MESSAGES[data.message_type](
                specversion="1.0",
                id=str(uuid4()),
                source=institution,
                type=data.message_type,
                time=NOW,
                audience=data.topic,
                poolid=POOL_ID,
                officer=officer,
                data=data,
            )
            .model_dump_json()
            .encode()
        )
        original = SignedMessage.of(data.topic, value, signer.sign(value), NOW)
        sha256 = hashlib.sha256(value).hexdigest()
        acting = Acting(institution, officer, None if use is None else use.value, signer.key_id)
        return Signed(original, Received(data, sha256[:16], institution, POOL_ID, sha256, NOW, acting, original))


def from_service(data: Any, traceparent: str | None = None, seq: int | None = None) -> Incoming:
    """An event of the registry or of claims."""
    return _incoming(Received(data, str(uuid4()), "registry", POOL_ID, "0" * 64, NOW, seq=seq), traceparent)


def bank_says(data: Any, traceparent: str | None = None) -> Incoming:
    """A command of the supervising bank."""
    return _incoming(replace(from_bank(data), message_id=str(uuid4())), traceparent)


def _incoming(received: Received[Any], traceparent: str | None) -> Incoming:
    return Incoming(
        record=Record("topic", 0, 0, None, b"", (), 0),
        received=received,
        cause=causing_id(received.sender, received.message_id),
        type=received.data.message_type,
        traceparent=traceparent,
    )


async def take(database: Any, messages: Iterable[Incoming], apart: bool = False) -> list[Decided]:
    """Work on the messages, all in one batch or each in one of its own."""
    batch = list(messages)
    batches = [[message] for message in batch] if apart else [batch]
    decided: list[Decided] = []
    async with database.pool.acquire() as connection:
        for each in batches:
            async with connection.transaction():
                decided.extend(await execute(connection, each))
    return decided


def said(decided: Sequence[Decided], kind: type[Any]) -> list[Any]:
    """What was said of this kind, in order."""
    return [outgoing.data for each in decided for outgoing in each.events if isinstance(outgoing.data, kind)]


def registry_tells(keys: Keys, *project_ids: UUID) -> list[Incoming]:
    """All that the registry says of the pool and its projects."""
    events = (FOUNDED, BANK_REGISTERED, *officers(), *(keys.registered(who) for who in keys.signers))
    projects = (project_approved(project_id) for project_id in project_ids or (PROJECT_ID,))
    return [from_service(event) for event in (*events, ACCOUNT_REGISTERED, *projects)]


def pair(instalment: int = 1) -> list[Incoming]:
    return [bank_says(contribution(account, instalment)) for account in Account]


def other_payout(keys: Keys, number: str) -> tuple[UUID, Payout]:
    project_id = ids.project_id(POOL_ID, LENDER, number)
    return project_id, payout(project_id, number, planned=basis(), signing=keys.sign)


@pytest.mark.parametrize("apart", [True, False])
async def test_a_case_is_paid_and_reimbursed(treasury_database: Any, apart: bool) -> None:
    """Worked cases 1 and 2, in batches of one and in large ones: the same events, the same balances."""
    keys = Keys()
    signed_payout = payout(signing=keys.sign)
    decided = await take(
        treasury_database,
        [*registry_tells(keys), *pair(), from_service(signed_payout.released(), TRACE)],
        apart,
    )
    (instruction,), (instructed,) = said(decided, PaymentInstruction), said(decided, PaymentInstructed)
    outgoing = next(each for each in decided[-1].events if isinstance(each.data, PaymentInstruction))
    assert (outgoing.topic, outgoing.signed, outgoing.subject) == (outcomes_topic(BANK), True, str(PROJECT_ID))
    assert instruction.payee_account_number == ACCOUNT_REGISTERED.account_number
    assert [each.answer.outcome for each in decided if each.answer] == [Outcome.ACCEPTED, Outcome.ACCEPTED]
    assert len(said(decided, ContributionReceived)) == 2

    decided = await take(treasury_database, [bank_says(confirmation_of(instructed))], apart)
    (settled,) = said(decided, PaymentSettled)
    assert (settled.amount_fen, settled.due_from_fiscal_fen) == (SHARE_FEN, SHARE_FEN // 2)
    assert (decided[0].project_id, decided[0].stage_before) == (PROJECT_ID, TRACE)
    assert decided[0].answer is not None
    assert decided[0].answer.project_id == PROJECT_ID

    voted = approval(signing=keys.sign, recused=("fang",))
    decided = await take(treasury_database, [from_service(voted.approved())], apart)
    (instruction,) = said(decided, PaymentInstruction)
    assert len(instruction.authority) == 8
    await take(treasury_database, [bank_says(confirmation_of(said(decided, PaymentInstructed)[0]))], apart)
    async with treasury_database.pool.acquire() as connection:
        after = await repository.balances(connection, POOL_ID)
        row = await connection.fetchrow("SELECT stage, paid_fen, reimbursed_fen FROM compensations")
    half = PAIR_FEN - SHARE_FEN // 2
    assert (after.fiscal.balance_fen, after.social_capital.balance_fen) == (half, half)
    assert tuple(row) == ("reimbursed", SHARE_FEN, SHARE_FEN // 2)


async def test_a_release_before_the_registry_is_kept_and_taken_up(treasury_database: Any) -> None:
    """Nothing is known, not even the keys; whatever order they come in, the last one sets the payout going."""
    keys = Keys()
    signed_payout = payout(signing=keys.sign)
    decided = await take(treasury_database, [from_service(signed_payout.released())])
    assert said(decided, PaymentRefused) == []
    decided = await take(treasury_database, reversed(registry_tells(keys)), apart=True)
    assert [type(each) for each in said(decided, object)] == [PayoutQueued]
    async with treasury_database.pool.acquire() as connection:
        assert await connection.fetchval("SELECT count(*) FROM waiting_releases WHERE taken_up_at IS NULL") == 0
        assert await connection.fetchval("SELECT count(*) FROM waiting_releases") == 1
    decided = await take(treasury_database, pair(), apart=True)
    assert [each.amount_fen for each in said(decided, PaymentReserved)] == [SHARE_FEN]


@pytest.mark.clause("4.1")
async def test_a_release_that_overtakes_a_duty_waits_for_it(treasury_database: Any) -> None:
    """After an outage claims' topic may be read first: who signed is known here, with the duties of before."""
    keys = Keys()
    signed_payout = payout(signing=keys.sign, releaser="applicant")
    await take(treasury_database, [*registry_tells(keys), *pair()])
    decided = await take(treasury_database, [from_service(signed_payout.released(registry_seq=99))])
    assert said(decided, object) == []
    promoted = OfficerRegistered(
        institution=COOPERATING,
        officer="applicant",
        name="某人",
        person=person_of(COOPERATING, "applicant"),
        duties=(Duty.APPLICATION, Duty.RELEASE),
        valid_from=NOW - timedelta(hours=1),
    )
    decided = await take(treasury_database, [from_service(promoted, seq=99)])
    assert [each.amount_fen for each in said(decided, PaymentReserved)] == [SHARE_FEN]


async def test_the_queue_outlives_the_batch(treasury_database: Any) -> None:
    """Five payouts, money for two and a half; what the bank then does moves the queue on in order of acceptance."""
    keys = Keys()
    numbers = [f"LN-2026-{number:03}" for number in range(1, 6)]
    payouts = [other_payout(keys, number) for number in numbers]
    projects = [project_id for project_id, _ in payouts]
    await take(treasury_database, [*registry_tells(keys, *projects), *pair()])
    released = [from_service(signed_payout.released()) for _, signed_payout in reversed(payouts)]
    decided = await take(treasury_database, released)
    reserved = said(decided, PaymentReserved)
    assert [each.amount_fen for each in reserved] == [SHARE_FEN, SHARE_FEN, SHARE_FEN // 2]
    assert [each.queued_fen for each in said(decided, PayoutQueued)] == [SHARE_FEN // 2, SHARE_FEN, SHARE_FEN]

    first = said(decided, PaymentInstructed)[0]
    decided = await take(treasury_database, [bank_says(rejection_of(first))])
    reserved = said(decided, PaymentReserved)
    assert [(each.project_id, each.instalment, each.amount_fen) for each in reserved] == [
        (projects[2], 2, SHARE_FEN // 2),
        (projects[1], 1, SHARE_FEN // 2),
    ]
    decided = await take(treasury_database, [bank_says(contribution(Account.SOCIAL_CAPITAL, 2))])
    reserved = said(decided, PaymentReserved)
    assert [(each.project_id, each.instalment) for each in reserved] == [(projects[1], 2), (projects[0], 1)]
    assert all(len(each.authority) == 3 for each in said(decided, PaymentInstruction))


@pytest.mark.clause("10.5")
@pytest.mark.parametrize("leg", list(Leg))
async def test_what_the_bank_left_undone_is_taken_up_again(treasury_database: Any, leg: Leg) -> None:
    """On the decision as it was kept, which the event doesn't bring along; what is taken up twice is owed once."""
    keys = Keys()
    signed_payout, voted = payout(signing=keys.sign), approval(signing=keys.sign)
    await take(treasury_database, [*registry_tells(keys), *pair()])
    decided = await take(treasury_database, [from_service(signed_payout.released())])
    if leg is Leg.REIMBURSEMENT:
        await take(treasury_database, [bank_says(confirmation_of(said(decided, PaymentInstructed)[0]))])
        decided = await take(treasury_database, [from_service(voted.approved())])
    (stopped,) = said(decided, PaymentInstructed)
    await take(treasury_database, [bank_says(rejection_of(stopped))])
    named = {"project_id": PROJECT_ID, "instruction_id": stopped.instruction_id, "reasons": "账户已更正"}
    signed = keys.sign(TakeUpPayment(**named), COOPERATING, "releaser")
    taken_up = PaymentTakenUp(
        **named,
        compensation=1,
        compensation_id=stopped.compensation_id,
        leg=leg,
        amount_fen=stopped.amount_fen,
        taken_up_by="releaser",
        take_up=signed.original,
        rules_version=1,
        registry_seq=0,
    )
    decided = await take(treasury_database, [from_service(taken_up), from_service(taken_up)])
    (again,) = said(decided, PaymentInstructed)
    (told,) = said(decided, PaymentInstruction)
    assert (again.follows, again.amount_fen, told.follows) == (
        stopped.instruction_id,
        stopped.amount_fen,
        stopped.instruction_id,
    )
    assert told.authority[-1] == signed.original
    assert len(told.authority) > 3
    decided = await take(treasury_database, [bank_says(confirmation_of(again, bank_reference="OUT-2"))])
    assert [each.amount_fen for each in said(decided, PaymentSettled)] == [stopped.amount_fen]
    statement = "SELECT stage, queued_fen, settled_fen FROM mandates WHERE leg = $1 ORDER BY number"
    rows = await treasury_database.pool.fetch(statement, leg.value)
    assert [tuple(row) for row in rows] == [("taken_up", 0, 0), ("settled", 0, stopped.amount_fen)]


async def test_a_forged_signature_moves_nothing(treasury_database: Any) -> None:
    """Claims may say what it likes: a plan with another figure than the one signed is no plan."""
    keys = Keys()
    signed_payout = payout(signing=keys.sign)
    await take(treasury_database, [*registry_tells(keys), *pair()])
    forged = SignedMessage.of(
        signed_payout.plan.original.topic,
        signed_payout.plan.original.value.replace(b'"compensation":1', b'"compensation":2'),
        signed_payout.plan.original.signature,
        signed_payout.plan.original.received_at,
    )
    assert forged != signed_payout.plan.original
    decided = await take(treasury_database, [from_service(signed_payout.released(plan=forged))])
    (refused,) = said(decided, PaymentRefused)
    assert (refused.code, refused.clause) == ("original_not_genuine", "4.1")
    async with treasury_database.pool.acquire() as connection:
        assert await connection.fetchval("SELECT count(*) FROM compensations") == 0


async def test_the_same_said_again_in_one_batch(treasury_database: Any) -> None:
    """A bank that confirms twice, in one batch or in two, is told so, and money moves once."""
    keys = Keys()
    signed_payout = payout(signing=keys.sign)
    decided = await take(treasury_database, [*registry_tells(keys), *pair(), from_service(signed_payout.released())])
    confirmed = confirmation_of(said(decided, PaymentInstructed)[0])
    decided = await take(treasury_database, [bank_says(confirmed), bank_says(confirmed)])
    decided += await take(treasury_database, [bank_says(confirmed), bank_says(contribution(Account.FISCAL))])
    outcomes = Counter(each.answer.outcome for each in decided if each.answer)
    assert outcomes == {Outcome.ACCEPTED: 1, Outcome.DUPLICATE: 3}
    assert len(said(decided, PaymentSettled)) == 1


@pytest.mark.clause("9.1")
@pytest.mark.parametrize("apart", [True, False])
async def test_an_affiliate_is_paid_after_the_decision(treasury_database: Any, apart: bool) -> None:
    """Paid as far as money went, flagged, held though money arrives, and paid in one batch or in many."""
    keys = Keys()
    signed_payout = payout(planned=basis(), signing=keys.sign)
    flag = {"project_id": PROJECT_ID, "ground": FlagGround.AFFILIATE, "number": "91110105MA0000006H"}
    found = ProjectFlagged(**flag, findings=("borrower: affiliate",), reported_to=MANAGING)
    lifted = FlagLifted(**{**dict(sample(LiftFlag, HERE)), **flag}, lifted_by="overseer", rules_version=1)
    other_id, other = other_payout(keys, "LN-2026-002")
    messages = [
        *registry_tells(keys, PROJECT_ID, other_id),
        *pair(),
        from_service(found),
        from_service(signed_payout.released()),
        from_service(other.released()),
    ]
    decided = await take(treasury_database, messages, apart)
    (instructed,) = said(decided, PaymentInstructed)
    assert instructed.project_id == other_id
    assert [event.project_id for event in said(decided, PayoutQueued)] == [PROJECT_ID]
    again = await take(treasury_database, [*pair(2), from_service(found)], apart)
    assert said(again, PaymentInstructed) == []
    released = await take(treasury_database, [from_service(lifted), from_service(found)], apart)
    (instructed,) = said(released, PaymentInstructed)
    assert instructed.project_id == PROJECT_ID
    assert await treasury_database.pool.fetchval("SELECT count(*) FROM cases WHERE affiliate_flags <> '{}'") == 1


async def test_statements_do_not_grow_with_the_batch(treasury_database: Any) -> None:
    """Sixty messages take as many statements as six."""
    keys = Keys()
    payouts = [other_payout(keys, f"LN-2026-{number:03}") for number in range(11)]
    projects = [project_id for project_id, _ in payouts]
    await take(treasury_database, [*registry_tells(keys, *projects), *pair(1), *pair(2)])
    counts = []
    released = [from_service(signed_payout.released()) for _, signed_payout in payouts]
    async with treasury_database.pool.acquire() as connection:
        for batch in (released[:1], released[1:]):
            statements: list[asyncpg.LoggedQuery] = []
            with connection.query_logger(statements.append):
                async with connection.transaction():
                    await execute(connection, batch)
            counts.append(len([each for each in statements if "unnest" in each.query or "SELECT" in each.query]))
    assert counts[0] == counts[1]
