"""Article 8: a founding follows a selection."""

from datetime import date

from shared.contracts.documents import Document, DocumentKind
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.selections import (
    SelectionConcluded,
)
from shared.contracts.registry.words import Agreement


def refuse_unless_founded_with_the_selected(selected_uscc: str | None, founder_uscc: str) -> Refusal | None:
    """Article 8.1. A selection that was concluded in this pool binds its founding: whoever was selected cooperates."""
    if selected_uscc in (None, founder_uscc):
        return None
    return refusal(
        "founder_not_selected",
        "8.1",
        f"{selected_uscc} was selected as the cooperating institution, not {founder_uscc}; found the pool with the "
        "selected one.",
        f"遴选结果为 {selected_uscc}，而非 {founder_uscc}；请与选定的机构设立资金池。",
    )


def refuse_unless_founded_under_the_selections_agreement(
    concluded: SelectionConcluded | None, agreement: Agreement
) -> Refusal | None:
    """Article 8.1. The pool is founded under the agreement that was made with whoever was selected."""
    if concluded is None or agreement == concluded.agreement:
        return None
    agreed = concluded.agreement
    return refusal(
        "founding_agreement_not_the_selections",
        "8.1",
        f"selection {concluded.number} ended in agreement {agreed.number} of {agreed.signed_on} (SHA-256 "
        f"{agreed.document.sha256}), and the founding names {agreement.number} of {agreement.signed_on} (SHA-256 "
        f"{agreement.document.sha256}); found the pool under that agreement, and record what was agreed on since with "
        "registry.agreement.record.",
        f"遴选 {concluded.number} 所订协议为 {agreed.number}（{agreed.signed_on} 签署，SHA-256 "
        f"{agreed.document.sha256}），设立文件所载为 {agreement.number}（{agreement.signed_on} 签署，SHA-256 "
        f"{agreement.document.sha256}）；请以该协议设立，此后另行约定的请以 registry.agreement.record 登记。",
    )


def refuse_unless_agreed_period_is_within_the_term(
    concluded: SelectionConcluded | None, ends_on: date, today: date
) -> Refusal | None:
    """Article 8.1. The operating period that the selection ended in becomes the pool's first, and lies in its term."""
    if concluded is None or today < concluded.operates_until <= ends_on:
        return None
    return refusal(
        "agreed_period_outside_term",
        "8.1",
        f"selection {concluded.number} ended in an operating period until {concluded.operates_until}, which must be "
        f"after today, {today}, and at the latest the term's end, {ends_on}; correct the day of founding or the "
        "years of the rules' term, or open another selection (registry.selection.open).",
        f"遴选 {concluded.number} 约定的运营期至 {concluded.operates_until}，应晚于今日 {today} 且不晚于存续期届满日 "
        f"{ends_on}；请更正设立日或规则的存续年限，或另行遴选（registry.selection.open）。",
    )


def refuse_unless_founding_follows_a_selection(selected_uscc: str | None, record: Document | None) -> Refusal | None:
    """Article 8.1. The cooperating institution was selected: in this pool before its founding, or on paper."""
    kind = DocumentKind.SELECTION_RECORD
    if selected_uscc is not None or (record is not None and record.kind is kind):
        return None
    return refusal(
        "founding_without_selection",
        "8.1",
        f"no selection was concluded in this pool, and the founding carries no {kind.english}; found it with the paper "
        "record, or prepare the pool (registry.pool.prepare) and run the selection in it.",
        f"本资金池没有已完成的遴选，设立文件也未附{kind.chinese}；请随设立文件提交，"
        "或先筹建资金池（registry.pool.prepare）并进行遴选。",
    )
