"""The prelude as messages: the pool's founding, who takes part, the contributions, the project."""

from collections.abc import Sequence
from datetime import date, timedelta

from scenarios.player.message import INSTITUTION_WORDS, MessageWords
from scenarios.player.messages import MESSAGES
from scenarios.player.prelude import Prelude
from shared.contracts.examples import Party
from shared.contracts.registry.words import PlannedInstalment
from simulator import registrations
from simulator.parties import BORROWER, COOPERATING, Cast

REVIEWER = "reviewer"


def planned_instalments(prelude: Prelude) -> tuple[PlannedInstalment, ...]:
    """The planned pairs that let the accounts hold these balances: what both hold, what one holds, what comes later."""
    fiscal_fen, social_fen = prelude.balances.fiscal, prelude.balances.social_capital
    amounts = (min(fiscal_fen, social_fen), abs(fiscal_fen - social_fen), *prelude.later_contributions)
    return tuple(
        PlannedInstalment(
            instalment=number,
            fiscal_fen=amount_fen,
            social_fen=amount_fen,
            due_on=prelude.founded + timedelta(days=number),
        )
        for number, amount_fen in enumerate((amount_fen for amount_fen in amounts if amount_fen > 0), start=1)
    )


def names(prelude: Prelude) -> dict[str, str]:
    """The parties' names that the prelude gives, by their ids."""
    ids = {**INSTITUTION_WORDS, "borrower": BORROWER}
    given = {institution: getattr(prelude.parties, word.replace(" ", "_")) for word, institution in ids.items()}
    return {institution: name for institution, name in given.items() if name is not None}


def rounds_of_registrations(prelude: Prelude, cast: Cast, today: date) -> list[list[registrations.Registration]]:
    """Who is registered: rounds that come one after the other, each of messages that can be sent at the same time.

    The reviewer comes last: once claims knows that officer, it knows all others.
    """
    others = [Party.OTHER_LENDER] if prelude.parties.other_lender is not None else []
    claimants = [Party.LENDER, Party.GUARANTOR, *others]
    proposal, consent = registrations.supervising_bank(cast, today)
    officers = registrations.officers(cast)
    reviewer = [each for each in officers if _is_reviewer(each)]
    colleagues = [each for each in officers if not _is_reviewer(each)]
    proposals, approvals = registrations.payee_accounts(cast)
    return [
        [*registrations.claimants(cast, claimants), proposal],
        [consent],
        [*colleagues, *registrations.system_keys(cast, claimants), *proposals],
        approvals,
        reviewer,
    ]


def contributions(prelude: Prelude) -> list[MessageWords]:
    """What has arrived on each account when the steps begin."""
    found: list[MessageWords] = []
    for account, balance_fen in (
        ("fiscal", prelude.balances.fiscal),
        ("social capital", prelude.balances.social_capital),
    ):
        left_fen = balance_fen
        for pair in planned_instalments(prelude):
            if left_fen < pair.fiscal_fen:
                break
            left_fen -= pair.fiscal_fen
            words = {"account": account, "instalment": str(pair.instalment)}
            found.append(MESSAGES["contribution"].model_validate(words))
    return found


def project_messages(prelude: Prelude) -> Sequence[MessageWords]:
    """What the prelude says of the project."""
    filing, approval = (MESSAGES[word].model_validate({}) for word in ("filing", "filing approval"))
    return {"none": (), "filed": (filing,), "approved": (filing, approval)}[prelude.project]


def founding() -> MessageWords:
    """The founding as the prelude has it."""
    return MESSAGES["founding"].model_validate({})


def _is_reviewer(registration: registrations.Registration) -> bool:
    sender, command = registration
    return sender.institution == COOPERATING and getattr(command, "officer", None) == REVIEWER
