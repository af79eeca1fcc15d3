"""Playing one scenario: what is given, then step by step, each answer and expectation beside what was observed."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from uuid import UUID

from pydantic import ValidationError

from scenarios.player import given_messages
from scenarios.player.compare import Difference, differences, differences_of_answer
from scenarios.player.exchange import CannotGoOn, Exchange
from scenarios.player.message import INSTITUTION_WORDS, MessageWords
from scenarios.player.messages import MESSAGES
from scenarios.player.model import Expectation, Scenario, Step
from scenarios.player.parties import Parties, speakers
from scenarios.player.step_context import NO_HASH, Memory, Said, StepContext
from scenarios.player.times import STEP_AFTER, Timetable, step_times, timetable
from scenarios.player.view import PoolView
from scenarios.player.wire import Wire
from scenarios.player.words import word_of
from shared.contracts.claims import NotifyLoss, RecordReview
from shared.contracts.ids import project_id as project_id_of
from shared.contracts.registry.people import ChangeDuties, EndOfficer, RegisterOfficerKey, RevokeKey, RotateKey
from shared.contracts.registry.pools import ConsentToSupervisingBank
from shared.contracts.registry.projects import ApproveProject, RejectProject
from shared.contracts.registry.registrations import ConfirmRegistration
from shared.contracts.treasury import TakeOverAccounts
from shared.decisions.article_04_second_person import waits_for_a_second_person
from shared.decisions.days import beijing_day
from simulator.message_context import LoanAtHand
from simulator.parties import SYSTEM, Cast
from simulator.party_messages import Message
from simulator.registrations import confirmation as confirmation_of
from simulator.samples import sample

EXPECTATION_PATIENCE_S = 3.0
PROBE_EVERY_S = 0.03
PROBES_MAX = 400
# What such a message is called.
PROBE = "probe"
# Nothing that claims or the treasury says tells that they have observed it.
COPIES_FOLLOW_WITHIN_S = 0.5
# Every service has its own copy of officers, keys and the supervising bank; what follows is waited for.
CHANGES_WHO_ACTS = frozenset(
    {
        ChangeDuties,
        ConfirmRegistration,
        ConsentToSupervisingBank,
        EndOfficer,
        RegisterOfficerKey,
        RevokeKey,
        RotateKey,
        TakeOverAccounts,
    }
)


@dataclass(frozen=True)
class PlayedStep:
    """What became of a step. ``got`` is the answer in a line, empty for an expectation."""

    at: datetime | None
    what: str
    got: str
    differences: tuple[Difference, ...]

    @property
    def held(self) -> bool:
        """Whether all of it was as expected."""
        return not self.differences


@dataclass
class Played:
    """What became of a scenario."""

    file: str
    title: str
    pool_id: UUID
    steps: list[PlayedStep] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def held(self) -> bool:
        """Whether every step was as expected."""
        return all(step.held for step in self.steps)


async def play(scenario: Scenario, file: str, wire: Wire, cast: Cast) -> Played:
    """Play a scenario in the fresh pool of the cast. What goes wrong is a difference, never an exception."""
    started = monotonic()
    played = Played(file, scenario.title, cast.pool_id)
    player = Player(scenario, wire, cast, played)
    try:
        await player.play()
    except (CannotGoOn, ValidationError) as error:
        # A message that its own contract doesn't allow can't even be written; the error names the field.
        played.steps.append(
            PlayedStep(None, "the rest was not played", "", (Difference("the scenario", "goes on", str(error)),))
        )
    played.seconds = monotonic() - started
    return played


class Player:
    """Plays one scenario."""

    def __init__(self, scenario: Scenario, wire: Wire, cast: Cast, played: Played) -> None:
        self.scenario = scenario
        self.cast = cast
        self.wire = wire
        self.played = played
        self.parties = Parties(cast)
        self.memory = Memory()
        self.planned = given_messages.planned_instalments(scenario.given)
        self.exchange = Exchange(wire, PoolView(cast.pool_id, does_bank_answer=not scenario.is_bank_by_hand))
        # How many events each case had when the steps began.
        self.events_before: Counter[str] = Counter()

    async def play(self) -> None:
        """Everything, from the founding to the last expectation."""
        await self._play_given()
        for step, at in zip(self.scenario.steps, step_times(self.scenario), strict=True):
            await self._play_step(step, at)
            if step.expect is not None:
                await self._expect(step.expect, at)
        if self.scenario.expect is not None:
            await self._expect(self.scenario.expect, None)

    # What is given

    async def _play_given(self) -> None:
        started = monotonic()
        given, times = self.scenario.given, timetable(self.scenario.given)
        if given.pool == "founded":
            await self._found(times)
            for message in given_messages.project_messages(given):
                await self._ask(message, times.approved if message.becomes is ApproveProject else times.filed)
            await self.exchange.quiet()
            is_approved = given.project == "approved"
            await self._until_claims_has_observed(self._loan(None), is_approved=is_approved, at=times.end(given))
        self.events_before.update({name: len(case.events) for name, case in self.exchange.pool.cases.items()})
        self.played.steps.append(PlayedStep(None, f"given, {monotonic() - started:.1f} s", "", ()))

    async def _found(self, times: Timetable) -> None:
        given = self.scenario.given
        await self._ask(given_messages.founding(), times.founded)
        at = times.founded
        for registrations in given_messages.rounds_of_registrations(given, self.cast, beijing_day(at)):
            at += STEP_AFTER
            said = await asyncio.gather(
                *(self.exchange.ask(command.message_type, sender, command, at) for sender, command in registrations)
            )
            await asyncio.gather(
                *(
                    self._confirm(each, at)
                    for (sender, command), (each, _) in zip(registrations, said, strict=True)
                    if waits_for_a_second_person(command, sender.officer)
                )
            )
        await asyncio.gather(
            *(self._ask(message, times.contributed) for message in given_messages.contributions(given))
        )

    async def _confirm(self, said: Said, at: datetime) -> None:
        """A second person confirms a registration."""
        confirmer, confirmation = confirmation_of(self.cast, said.sender, said.sha256)
        await self.exchange.ask(confirmation.message_type, confirmer, confirmation, at)

    async def _ask(self, message: MessageWords, at: datetime) -> None:
        context = self._context(message.who, at, None)
        await self.exchange.ask(message.word, context.sender, message.command(context), at)

    async def _until_claims_has_observed(self, loan: LoanAtHand, *, is_approved: bool, at: datetime) -> None:
        """Ask claims something that it refuses for another reason before it has observed everything.

        Nothing that it says tells; and a notice that came before it has observed the approval would be held.
        """
        unobserved = {"role_not_held", "duty_not_held", *(["approval_missing"] if is_approved else [])}
        context = self._context(MESSAGES[RecordReview.spoken.word].who, at, loan.contract)
        probe = sample(RecordReview, context, {"notice_sha256": NO_HASH})
        for _ in range(PROBES_MAX):
            said, before = await self.exchange.say(PROBE, context.sender, probe, at)
            receipt = await self.exchange.answer(said, before)
            if receipt is not None and unobserved.isdisjoint(reason["code"] for reason in receipt["reasons"]):
                return
            await self.wire.let_pass(PROBE_EVERY_S)
        raise CannotGoOn("claims has not observed the project's approval")

    # The steps

    async def _play_step(self, step: Step, at: datetime) -> None:
        if step.repeats is not None:
            await self._repeat(step, self.memory.named[step.repeats], at)
        elif step.says is not None:
            message = MESSAGES[step.says].model_validate(dict(step.words))
            for who in speakers(step):
                await self._speak(step, message, who, at)

    async def _speak(self, step: Step, message: MessageWords, who: str, at: datetime) -> None:
        context = self._context(who, at, step.loan)
        expects_silence = step.answer.outcome == "none"
        command = message.command(context)
        said, before = await self.exchange.say(message.word, context.sender, command, at)
        receipt = await self.exchange.answer(said, before, expects_silence=expects_silence)
        if step.name is not None:
            self.memory.named[step.name] = said
        if receipt is not None and receipt["outcome"] in {"accepted", "held"}:
            waits = waits_for_a_second_person(command, context.sender.officer)
            if waits and getattr(message, "confirmed", True):
                await self._confirm(said, at)
            self._remember(said, context)
            if not waits or getattr(message, "confirmed", True):
                await self._has_taken_effect(said, context)
        shown = who.removesuffix(f"/{SYSTEM}")
        self._record(step, at, f"{shown}: {message.word}", receipt, await self.exchange.quiet())

    async def _repeat(self, step: Step, said: Said, at: datetime) -> None:
        before = await self.exchange.say_again(said, at)
        receipt = await self.exchange.answer(said, before, expects_silence=step.answer.outcome == "none")
        self._record(step, at, f"the very same {said.word} again", receipt, await self.exchange.quiet())

    def _remember(self, said: Said, context: StepContext) -> None:
        """What others are bound to."""
        if said.sender.institution == context.loan.lender or said.message_type != NotifyLoss.message_type:
            self.memory.latest[said.message_type, context.loan.project_id] = said

    async def _has_taken_effect(self, said: Said, context: StepContext) -> None:
        """Wait until the other services can know of it."""
        becomes = MESSAGES[said.word].becomes
        if becomes is ApproveProject:
            await self._until_claims_has_observed(context.loan, is_approved=True, at=said.at)
        elif becomes is RejectProject or becomes in CHANGES_WHO_ACTS:
            await self.wire.let_pass(COPIES_FOLLOW_WITHIN_S)
        if becomes in CHANGES_WHO_ACTS and self.memory.new_key is not None:
            self.parties.rotate(self.memory.new_key.sender, self.memory.new_key.signer)
            self.memory.new_key = None

    async def _expect(self, expected: Expectation, at: datetime | None) -> None:
        awaited = await self.exchange.quiet()
        case = self.exchange.pool.case(self._loan(expected.loan).project_id)

        def found() -> list[Difference]:
            return differences(expected, self.exchange.pool, case, self.events_before[case.project_id])

        await self.exchange.until(lambda: not found(), EXPECTATION_PATIENCE_S)
        named = ", ".join(sorted(word_of(name) for name in expected.model_fields_set - {"loan"}))
        what = f"{named} of {expected.loan}" if expected.loan is not None else named
        self.played.steps.append(PlayedStep(at, what, "", (*found(), *_still(awaited))))

    def _record(self, step: Step, at: datetime, what: str, receipt: Message | None, awaited: list[str]) -> None:
        got = "no answer" if receipt is None else _in_a_line(receipt)
        found = (*differences_of_answer(step.answer, receipt), *_still(awaited))
        self.played.steps.append(PlayedStep(at, what, got, found))

    # Who, when, and on which loan

    def _context(self, who: str, at: datetime, contract: str | None) -> StepContext:
        return StepContext(
            cast=self.cast,
            founded_on=self.scenario.given.founded,
            given=self.scenario.given,
            planned=self.planned,
            loan=self._loan(contract),
            at=at,
            sender=self.parties.sender(who),
            pool=self.exchange.pool,
            memory=self.memory,
        )

    def _loan(self, contract: str | None) -> LoanAtHand:
        given = self.scenario.given.loan
        contract = contract or given.contract
        lender = INSTITUTION_WORDS[given.lender]
        project_id = project_id_of(self.cast.pool_id, lender, contract)
        return LoanAtHand(contract, lender, given.guarantor, given.disbursed, project_id)


def _in_a_line(receipt: Message) -> str:
    reasons = ", ".join(f"{reason['clause']} {reason['code']}" for reason in receipt["reasons"])
    return f"{receipt['outcome']} ({reasons})" if reasons else str(receipt["outcome"])


def _still(awaited: list[str]) -> list[Difference]:
    return [Difference("what has to follow", what, "has not come") for what in awaited]
