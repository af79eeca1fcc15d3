"""What is said in the histories of a whole pool: its staff, its selection, and filings of several loans."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from shared.contracts.envelope import Command
from shared.contracts.ids import project_id
from shared.contracts.registry.performance import EvaluationResult
from shared.contracts.registry.pools import FoundPool, RegisterInstitution
from shared.contracts.registry.projects import FileProject
from shared.contracts.registry.selections import SelectionConcluded
from shared.contracts.registry.words import Duty, RightKind, Role
from simulator.invented_numbers import patent_number
from tests.unit.registry import selection_examples as selections
from tests.unit.registry.cycle_examples import RUNNING
from tests.unit.registry.history_identities import NAMING_NOTHING, WAYS, WRITINGS, Written, person_of
from tests.unit.registry.project_life_examples import OVERSEER, REPORTER, drawdown
from tests.unit.registry.registry_examples import (
    ADMINISTRATOR,
    APPROVER,
    COOPERATING,
    FILER,
    FOUNDED_ON,
    GUARANTOR,
    LENDER,
    MANAGING,
    MATERIALS,
    POOL_ID,
    USCC,
    agreement,
    appointing,
    borrower,
    document,
    filing,
    founding,
    institution,
    loan,
    officer,
    right,
    rules,
)
from tests.unit.registry.rules_examples import DRAFTER, REGULATOR
from tests.unit.registry.test_article_08_collective_decisions import MEMBERS, SECRETARY

CONTRACTS = ("LOAN-1", "LOAN-2", "LOAN-3")
NAMES = ("示例科技有限公司", "示例科技 有限公司", "另一科技有限公司")
CODES = (USCC["borrower"], USCC[GUARANTOR])
DAY = timedelta(days=1)

TWO_HATS = "two-hats"


def staff(way: str) -> tuple[tuple[Command, str], ...]:
    """Everybody whom a pool needs; the filer is an approver too, by the card, its number written in this ``way``."""
    return (*STAFF, (appointing(TWO_HATS, Duty.FILING_APPROVAL, person=person_of(FILER, way)), MANAGING))


STAFF: tuple[tuple[Command, str], ...] = (
    (RegisterInstitution(role=Role.LENDER, institution=institution(LENDER)), MANAGING),
    (RegisterInstitution(role=Role.GUARANTOR, institution=institution(GUARANTOR)), MANAGING),
    (appointing(FILER, Duty.FILING, person=person_of(FILER, "plain")), COOPERATING),
    (officer(DRAFTER, Duty.RULES), COOPERATING),
    (officer(REPORTER, Duty.REPORTING), COOPERATING),
    (appointing(APPROVER, Duty.FILING_APPROVAL, person=person_of(APPROVER, "plain")), MANAGING),
    (officer(REGULATOR, Duty.RULES), MANAGING),
    (officer(OVERSEER, Duty.OVERSIGHT), MANAGING),
    (officer(SECRETARY, Duty.BALLOT), MANAGING),
    *((officer(member, Duty.VOTE), MANAGING) for member in MEMBERS),
)

# Mostly whoever may; now and then somebody who may not.
filers = st.sampled_from([(COOPERATING, FILER)] * 5 + [(MANAGING, APPROVER), (COOPERATING, REPORTER)])
approvers = st.sampled_from(
    [(MANAGING, APPROVER)] * 5 + [(COOPERATING, FILER), (MANAGING, OVERSEER), (MANAGING, TWO_HATS)]
)
regulators = st.sampled_from([(MANAGING, REGULATOR)] * 3 + [(COOPERATING, DRAFTER)])
overseers = st.sampled_from([(MANAGING, OVERSEER)] * 5 + [(COOPERATING, REPORTER), (MANAGING, APPROVER)])
holders = st.sampled_from([(COOPERATING, FILER), (MANAGING, APPROVER), (COOPERATING, ADMINISTRATOR)])
evaluations = st.sampled_from(["PJ-1", "PJ-2", "PJ-3"])
which = st.sampled_from([*CONTRACTS[:1] * 4, *CONTRACTS])
# Ways to write a contract's number; mostly as it is.
writings = st.sampled_from([""] * 5 + ["wide", "small", "cyrillic", "bare", "zero"])
# None is the loan's own; the others are the first loan's, written in two ways.
registrations = st.sampled_from([None] * 5 + ["Y2026000000000", "ｙ2026000000000号"])
# None is the loan's own right; now and then it is written so that it names none.
pledges = st.sampled_from([*[None] * 16, *WRITINGS, *NAMING_NOTHING])
# The first loan's right as the second one is filed with it.
again = st.sampled_from([*WRITINGS[:4], *NAMING_NOTHING])
# Who is appointed: somebody new, or one of those who file and approve, with the card's number in some writing.
appointed = st.sampled_from([None, *((who, way) for who in (FILER, APPROVER) for way in WAYS)])
# So many days ago the agreement of a new term was signed; None: it is the present one.
signed = st.sampled_from([0, 0, 0, 1, None])
results = st.sampled_from([EvaluationResult.PASS, EvaluationResult.PASS, EvaluationResult.FAIL])
reasons = st.sampled_from([None, None, "已整改"])
# So many days the new term ends after the present one.
ahead = st.sampled_from([0, 30, 400, 400])
# What ends much happens seldom, or no history would come far.
seldom = st.sampled_from([False] * 9 + [True])
# Whoever runs the selection, and what is said in it up to its recommendation.
SELECTING: tuple[tuple[Command, str], ...] = (
    (officer(selections.SELECTOR, Duty.SELECTION), ADMINISTRATOR),
    (officer(SECRETARY, Duty.BALLOT), ADMINISTRATOR),
    *((officer(member, Duty.VOTE), ADMINISTRATOR) for member in selections.MEMBERS),
    (selections.opening(), selections.SELECTOR),
    (selections.candidate(), selections.SELECTOR),
    *((found, selections.SELECTOR) for found in selections.all_evidence(selections.FIRST)),
    (selections.scoring(), selections.SELECTOR),
)
# From the day on which the selection's agreement is signed up to the last day of the usual term.
DAYS_UP_TO_THE_END = (RUNNING.pool.ends_on - selections.LATER_DAY).days
# What isn't as the selection has it.
OTHERWISE: dict[str, dict[str, Any]] = {
    "agreement": {"cooperation_agreement": agreement()},
    "institution": {"cooperating_institution": institution(COOPERATING, uscc=USCC[GUARANTOR])},
    "term": {"rules": rules(term_years=1)},
}


def id_of(contract: str) -> UUID:
    return project_id(POOL_ID, LENDER, contract)


def written_as(number: str, way: str) -> str:
    """The number in another way to write it; with a zero more it is another one, and could be the same."""
    match way:
        case "wide":
            return "".join(chr(ord(character) + 0xFEE0) for character in number)
        case "small":
            return number.lower().replace("-", "–")
        case "cyrillic":
            return number.replace("O", "О").replace("A", "А").replace("-", "_")
        case "bare":
            return f"（{number.replace('-', '')}）号"
        case "zero":
            return number.replace("-", "-0")
    return number


def voting(question: str) -> Iterator[tuple[Command, str]]:
    """The committee selects whoever was recommended by the message with this hash."""
    yield selections.ballot(subject_sha256=question), SECRETARY
    for member in selections.MEMBERS:
        yield selections.vote(subject_sha256=question), member
    yield selections.closing(subject_sha256=question), SECRETARY


def founding_after(concluded: SelectionConcluded | None) -> FoundPool:
    """With the paper record of a selection, or under the agreement of one that was ``concluded`` in the pool.

    Where that one's period goes beyond the usual term, the pool is founded on the agreement's day.
    """
    if concluded is None:
        return founding()
    days = (concluded.operates_until - concluded.agreement.signed_on).days
    founded_on = concluded.agreement.signed_on if days > DAYS_UP_TO_THE_END else FOUNDED_ON
    return founding(
        founded_on=founded_on,
        rules=rules(effective_on=founded_on),
        cooperation_agreement=concluded.agreement,
        selection_record=None,
    )


def filing_of(
    contract: str,
    disbursed_on: date,
    *,
    number: Written | None = None,
    due_days: int = 365,
    why: str | None = None,
    changed: str = "",
    parts: bool = False,
    written: str = "",
    registered: str | None = None,
) -> FileProject:
    """A filing that is in order but for what is ``changed``; ``number`` is a right's that isn't the loan's own.

    ``written`` is another way to write the contract's number, ``registered`` a pledge's registration of another loan.
    """
    who = borrower(
        district="110101" if changed == "district" else "110105",
        name=NAMES[1] if changed == "name" else NAMES[0],
        uscc="91110105MA0000005F" if changed == "code" else CODES[0],
        **{
            each: {"met": True, "found_on": disbursed_on, "evidence": document()}
            for each in ("good_credit", "operating_normally", "capable_team", "own_technology", "competitive")
        },
    )
    own = f"Y2026{CONTRACTS.index(contract):09d}"
    kind, number_of_right = number or (RightKind.PATENT, patent_number(CONTRACTS.index(contract) + 1))
    pledged = right(
        kind=kind,
        registration_number=number_of_right,
        valued_on=disbursed_on + (DAY if changed == "value" else 0 * DAY),
        pledge_registered_on=disbursed_on,
        pledge_registration_number=None if changed == "pledge" else registered or own,
    )
    lent = loan(
        contract_number=written_as(contract, written),
        contracted_on=disbursed_on + (2 * DAY if changed == "contract" else -2 * DAY),
        disbursed_on=disbursed_on,
        due_on=disbursed_on + due_days * DAY,
        drawdowns=(drawdown(1, disbursed_on),) if parts else (),
    )
    materials = MATERIALS[1:] if changed == "materials" else MATERIALS
    return filing(loan=lent, borrower=who, rights=(pledged,), documents=materials, late_because=why)
