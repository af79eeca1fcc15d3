"""What a loan is known again by, though its contract's number is another one: its marks, and who has which.

A mark is the hash of what it stands for, so that all have one size. Projects keep every mark that they ever had.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from services.registry.domain.article_16_drawdowns import drawdowns_of
from services.registry.domain.project import Draft, Project, Stage
from shared.contracts.canonical_number import canonical_number
from shared.contracts.registry.projects import (
    SIMILAR_LOANS_MAX,
    Drawdown,
    FiledDrawdown,
    FilingData,
    IpRight,
    Loan,
    SimilarLoan,
)
from shared.contracts.registry.words import LoanLikeness

# As PostgreSQL has it: a whole number of 64 bits.
Mark = int
NUMBER, PLEDGE = LoanLikeness.NUMBER, LoanLikeness.PLEDGE_REGISTRATION

# A digit, and the letters that are taken for one.
_DIGITS_FOR_LETTERS = str.maketrans("OIL", "011")
_LEADING_ZEROS = re.compile("(?<![0-9])0+(?=[0-9])")
_NUMBERS_CACHED_MAX = 4_096
# That any two of a million marks are alike by chance happens once in thirty million pools.
_MARK_BYTES = 8
# A batch's marks fit, which are asked for before and after its decisions.
_MARKS_CACHED_MAX = 16_384


@dataclass(frozen=True, slots=True)
class KnownLoan:
    """What is to be known of a loan that another one resembles."""

    lender: str
    contract_number: str
    borrower_uscc: str
    is_rejected: bool


@lru_cache(maxsize=_NUMBERS_CACHED_MAX)
def loose_forms(contract_number: str) -> tuple[str, ...]:
    """What a number could be meant as: without leading zeros, and without the signs between its digits.

    Letters that are taken for digits are digits in both.
    """
    form = canonical_number(contract_number).translate(_DIGITS_FOR_LETTERS)
    return tuple(dict.fromkeys((_LEADING_ZEROS.sub("", form), form.replace("-", ""))))


def marks_of(
    loan: Loan, borrower_uscc: str, drawdowns: Iterable[Drawdown | FiledDrawdown], rights: Iterable[IpRight]
) -> Mapping[Mark, LoanLikeness]:
    """A loan's marks, and in what loans are alike that have one of them."""
    marks = {_mark(f"number/{loan.lender}/{form}"): NUMBER for form in loose_forms(loan.contract_number)}
    marks.update(marks_of_payouts(loan.lender, borrower_uscc, drawdowns))
    for right in rights:
        if right.pledge_registration_number is not None:
            marks[_mark(f"pledge/{canonical_number(right.pledge_registration_number)}")] = PLEDGE
    return marks


def marks_of_payouts(
    lender: str, borrower_uscc: str, drawdowns: Iterable[Drawdown | FiledDrawdown]
) -> Mapping[Mark, LoanLikeness]:
    """The marks of what this lender has paid out to this borrower."""
    return {
        _mark(f"payout/{lender}/{borrower_uscc}/{each.disbursed_on}/{each.amount_fen}"): LoanLikeness.PAYOUT
        for each in drawdowns
    }


@lru_cache(maxsize=_MARKS_CACHED_MAX)
def _mark(text: str) -> Mark:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=_MARK_BYTES).digest(), signed=True)


def marks_in(command: FilingData) -> Mapping[Mark, LoanLikeness]:
    """The marks of the loan that would be filed."""
    return marks_of(command.loan, command.borrower.uscc, drawdowns_of(command.loan), command.rights)


def marks_of_project(project: Project) -> frozenset[Mark]:
    """The marks of the loan as it counts, and as the correction that waits has it."""
    versions = (project,) if project.correction is None else (project, project.correction)
    return frozenset(
        mark for each in versions for mark in marks_of(each.loan, each.borrower.uscc, each.drawdowns, each.rights)
    )


def known_loan(project: Project) -> KnownLoan:
    """What others that resemble it have to know of it."""
    loan = project.loan
    return KnownLoan(loan.lender, loan.contract_number, project.borrower.uscc, project.stage is Stage.REJECTED)


def marked_after(
    marked: Mapping[Mark, frozenset[UUID]], before: Project | Draft | None, after: Project
) -> Mapping[Mark, frozenset[UUID]]:
    """Which projects have which mark, after this one has become ``after``."""
    if isinstance(before, Project) and all(
        getattr(before, name) is getattr(after, name) for name in ("loan", "drawdowns", "rights", "correction")
    ):
        return marked
    own = frozenset((after.project_id,))
    return {**marked, **{mark: marked.get(mark, frozenset()) | own for mark in marks_of_project(after)}}


def similar_loans(
    marks: Mapping[Mark, LoanLikeness],
    marked: Mapping[Mark, frozenset[UUID]],
    loans: Mapping[UUID, KnownLoan],
    project_id: UUID,
) -> tuple[SimilarLoan, ...]:
    """The other projects that have some of these marks, each with what it has in common; in the order of their ids."""
    common: dict[UUID, set[LoanLikeness]] = {}
    for mark, likeness in marks.items():
        for other in marked.get(mark, frozenset()) - {project_id}:
            common.setdefault(other, set()).add(likeness)
    return tuple(
        SimilarLoan(
            project_id=other,
            lender=loans[other].lender,
            contract_number=loans[other].contract_number,
            alike=tuple(likeness for likeness in LoanLikeness if likeness in common[other]),
        )
        for other in sorted(common)[:SIMILAR_LOANS_MAX]
    )
