"""The supervising bank: one institution proposes it, the other one consents, and only then it is registered."""

from services.registry.domain.article_04_administrators import refuse_if_approved_by_the_same_person
from services.registry.domain.article_04_institutional_roles import refuse_unless_there_is_room
from services.registry.domain.article_05_agreements import refuse_unless_agreement_is_recorded
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.pool import BankProposal, Pool
from services.registry.domain.registration import faults_of_registration, is_registered, registration
from services.registry.domain.supervising_bank.article_06_supervising_bank import (
    refuse_if_accounts_are_between_banks,
    refuse_if_bank_is_appointed,
    refuse_unless_bank_is_consented_by_the_other,
    refuse_unless_bank_proposal_stands,
    refuse_unless_bank_was_proposed,
    refuse_unless_supervising_bank_is_replaced,
)
from shared.contracts.refusals import Refusal
from shared.contracts.registry.pools import ConsentToSupervisingBank, ProposeSupervisingBank, SupervisingBankProposed
from shared.contracts.registry.words import Duty, Role
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import either

BANK_PROPOSALS_PER_POOL_MAX = 50


def propose_supervising_bank(ctx: CommandContext[ProposeSupervisingBank]) -> Decision:
    """Propose the supervising bank with the agreement to be made with it."""
    pool, command, acting = ctx.pool, ctx.command, ctx.acting
    proposal = BankProposal(
        bank=command.bank,
        agreement=command.agreement,
        proposed_by=acting.institution,
        proposed_by_officer=ctx.officer,
        replaces=command.replaces,
    )
    proposed = pool.bank_proposals.get(command.bank.institution)
    is_appointed = is_registered(pool, command.bank, Role.SUPERVISING_BANK) and pool.bank_agreement == command.agreement
    is_repeat = proposed is not None and (
        proposal.model_copy(update={"proposed_by_officer": proposed.proposed_by_officer}) == proposed
    )
    if is_repeat or is_appointed:
        return DUPLICATE
    if fault := _not_to_be_appointed(pool, command.bank.institution, command.replaces):
        return refused(fault)
    wrong = all_faults(
        refuse_unless_bank_proposal_stands(pool, proposed, proposal),
        faults_of_registration(pool, ctx.rules, command.bank, Role.SUPERVISING_BANK),
        refuse_unless_agreement_is_recorded(command.agreement, ctx.today),
        refuse_unless_there_is_room(
            len(pool.bank_proposals), BANK_PROPOSALS_PER_POOL_MAX, "proposals of a supervising bank", "监管银行提议"
        ),
    )
    if wrong:
        return refused(wrong)
    return accepted(
        SupervisingBankProposed(
            bank=command.bank.institution,
            proposed_by=acting.institution,
            proposed_by_officer=ctx.officer,
            proposal=command.bank,
            agreement=command.agreement,
            replaces=command.replaces,
        )
    )


def consent_to_supervising_bank(ctx: CommandContext[ConsentToSupervisingBank]) -> Decision:
    """Consent to the proposed bank, which registers it; one that it replaces hands the accounts over after that."""
    pool, command, acting = ctx.pool, ctx.command, ctx.acting
    if pool.supervising_bank == command.bank:
        return DUPLICATE
    proposed = pool.bank_proposals.get(command.bank)
    if fault := _not_to_be_appointed(pool, command.bank, proposed.replaces if proposed else None):
        return refused(fault)
    if fault := refuse_unless_bank_was_proposed(proposed, command.bank):
        return refused(fault)
    assert proposed is not None
    # Id, code and key were free when the bank was proposed; somebody else may have been registered with them since.
    wrong = all_faults(
        refuse_unless_bank_is_consented_by_the_other(pool, proposed, acting)
        or refuse_if_approved_by_the_same_person(
            pool,
            (proposed.proposed_by, proposed.proposed_by_officer),
            (acting.institution, ctx.officer),
            "6.3",
        ),
        faults_of_registration(pool, ctx.rules, proposed.bank, Role.SUPERVISING_BANK),
    )
    if wrong:
        return refused(wrong)
    return accepted(*registration(pool, proposed.bank, Role.SUPERVISING_BANK, acting.key_id, ctx.at, proposed.replaces))


def _not_to_be_appointed(pool: Pool, bank: str, replaces: str | None) -> Refusal | None:
    """Why this bank can't become the supervising bank in the place of ``replaces``, None for a first one."""
    return first_fault(
        refuse_if_bank_is_appointed(pool, replaces),
        refuse_if_accounts_are_between_banks(pool),
        refuse_unless_supervising_bank_is_replaced(pool, bank, replaces),
    )


COMMANDS = (
    CommandSpec(ProposeSupervisingBank, propose_supervising_bank, "6.3", either(Duty.ADMINISTRATION)),
    CommandSpec(ConsentToSupervisingBank, consent_to_supervising_bank, "6.3", either(Duty.ADMINISTRATION)),
)
