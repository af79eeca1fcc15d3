"""Article 5: agreements with the cooperating institution and the supervising bank, made after the founding."""

from services.registry.domain.agreement_number import is_one_number
from services.registry.domain.agreements.state import RecordedAgreement
from services.registry.domain.article_04_register import refuse_unless_number_is_free
from services.registry.domain.pool import Pool
from shared.contracts.refusals import Refusal, refusal
from shared.contracts.registry.agreements import RecordAgreement


def refuse_unless_agreement_is_with_a_party(pool: Pool, institution: str) -> Refusal | None:
    """Article 5.3. Agreements are made with the cooperating institution and with the supervising bank."""
    if institution in {pool.cooperating_institution, pool.supervising_bank}:
        return None
    cooperating, bank = pool.name_of(pool.cooperating_institution), pool.supervising_bank
    called = bank and pool.name_of(bank)
    return refusal(
        "agreement_with_other",
        "5.3",
        f"{pool.name_of(institution)} is neither the cooperating institution ({cooperating}) nor the supervising bank "
        f"({called or 'not appointed yet'}); name one of the two, or appoint the bank first.",
        f"{pool.name_of(institution)} 既不是合作机构（{cooperating}），也不是监管银行（{called or '尚未确定'}）；"
        "请更正，或先行确定监管银行。",
    )


def refuse_unless_agreement_number_is_free(
    pool: Pool, recorded: RecordedAgreement | None, command: RecordAgreement
) -> Refusal | None:
    """Article 5.3. A number stands for one agreement, which stays as it was recorded."""
    others = pool.agreements_with(command.institution)
    same = recorded.number if recorded else next((each for each in others if is_one_number(command.number, each)), None)
    later = (f", and say in an amendment that it amends {same}", f"，补充协议请注明补充 {same}")
    return refuse_unless_number_is_free("agreement", "协议", same, "5.3", later=later)


def refuse_unless_amended_agreement_is_with_the_same(pool: Pool, command: RecordAgreement) -> Refusal | None:
    """Article 5.3. An amendment names an agreement that the pool has with the same institution."""
    if command.amends is None or command.amends in pool.agreements_with(command.institution):
        return None
    party = pool.name_of(command.institution)
    return refusal(
        "amended_agreement_unknown",
        "5.3",
        f"the pool has no agreement {command.amends} with {party} that could be amended; correct the number, or "
        "record that one first.",
        f"本资金池与 {party} 没有编号为 {command.amends} 的协议可供补充；请更正编号，或先行登记原协议。",
    )


def refuse_unless_operating_period_is_the_cooperations(pool: Pool, command: RecordAgreement) -> Refusal | None:
    """Article 5.3. An operating period is agreed on with the cooperating institution, from one day to a later one."""
    first, last = command.operating_from, command.operating_until
    if first is None and last is None:
        return None
    is_whole = first is not None and last is not None and pool.founded_on <= first < last
    if is_whole and command.institution == pool.cooperating_institution:
        return None
    cooperating, party = pool.name_of(pool.cooperating_institution), pool.name_of(command.institution)
    return refusal(
        "operating_period_not_agreed",
        "5.3",
        f"an operating period is agreed on with {cooperating} and has a first day, from the founding "
        f"on {pool.founded_on} on, and a later last one; this one is with {party}, from "
        f"{first or 'no day'} to {last or 'no day'}: correct it, or leave both days out.",
        f"运营期由与 {cooperating} 的协议约定，起始日不早于设立日 {pool.founded_on}，截止日在其后；"
        f"本协议的对方为 {party}，"
        f"期间为 {first or '（未填）'} 至 {last or '（未填）'}；请更正，或均不填写。",
    )
