"""What is given as messages: the pool's founding, who takes part, the contributions, the project."""

from collections.abc import Sequence
from datetime import date, timedelta

from scenarios.player.given import Given
from scenarios.player.message import INSTITUTION_WORDS, MessageWords
from scenarios.player.messages import MESSAGES
from shared.contracts.examples import Party
from shared.contracts.registry.words import PlannedInstalment
from simulator import registrations
from simulator.parties import BORROWER, COOPERATING, Cast

REVIEWER = "reviewer"


def planned_instalments(given: Given) -> tuple[PlannedInstalment, ...]:
    """The planned pairs that let the accounts hold these balances: what both hold, what one holds, what comes later."""
    fiscal_fen, social_fen = given.balances.fiscal, given.balances.social_capital
    amounts = (min(fiscal_fen, social_fen), abs(fiscal_fen - social_fen), *given.later_contributions)
    return tuple(
        PlannedInstalment(
            instalment=number,
            fiscal_fen=amount_fen,
            social_fen=amount_fen,
            due_on=given.founded + timedelta(days=number),
        )
        for number, amount_fen in enumerate((amount_fen for amount_fen in amounts if amount_fen > 0), start=1)
    )


def names(given: Given) -> dict[str, str]:
    """The parties' given names, by their ids."""
    ids = {**INSTITUTION_WORDS, "borrower": BORROWER}
    named = {institution: getattr(given.parties, word.replace(" ", "_")) for word, institution in ids.items()}
    return {institution: name for institution, name in named.items() if name is not None}


def rounds_of_registrations(given: Given, cast: Cast, today: date) -> list[list[registrations.Registration]]:
    """Who is registered: rounds that come one after the other, each of messages that can be sent at the same time.

    The reviewer comes last: once claims knows that officer, it knows all others.
    """
    others = [Party.OTHER_LENDER] if given.parties.other_lender is not None else []
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


def contributions(given: Given) -> list[MessageWords]:
    """What has arrived on each account when the steps begin."""
    found: list[MessageWords] = []
    for account, balance_fen in (
        ("fiscal", given.balances.fiscal),
        ("social capital", given.balances.social_capital),
    ):
        left_fen = balance_fen
        for pair in planned_instalments(given):
            if left_fen < pair.fiscal_fen:
                break
            left_fen -= pair.fiscal_fen
            words = {"account": account, "instalment": str(pair.instalment)}
            found.append(MESSAGES["contribution"].model_validate(words))
    return found


def project_messages(given: Given) -> Sequence[MessageWords]:
    """The given project."""
    filing, approval = (MESSAGES[word].model_validate({}) for word in ("filing", "filing approval"))
    return {"none": (), "filed": (filing,), "approved": (filing, approval)}[given.project]


def founding() -> MessageWords:
    """The founding as it is given."""
    return MESSAGES["founding"].model_validate({})


def _is_reviewer(registration: registrations.Registration) -> bool:
    sender, command = registration
    return sender.institution == COOPERATING and getattr(command, "officer", None) == REVIEWER
