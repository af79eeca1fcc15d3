"""How a pool comes to its supervising bank: by a proposal, and by the registration that follows the consent."""

from services.registry.domain.evolution import of_pool, of_register
from services.registry.domain.pool import BankProposal, Pool, Register
from shared.contracts.registry.pools import InstitutionRegistered, SupervisingBankProposed
from shared.contracts.registry.words import Role


def evolve(pool: Pool, event: SupervisingBankProposed) -> Pool:
    """The pool after ``event``."""
    proposal = BankProposal.from_message(event, bank=event.proposal)
    return pool.model_copy(update={"bank_proposals": {**pool.bank_proposals, event.bank: proposal}})


def evolve_appointed(register: Register, event: InstitutionRegistered) -> Register:
    """The register after an institution came into it: one bank is appointed, the other proposals have become void."""
    if event.role is not Role.SUPERVISING_BANK:
        return register
    assert isinstance(register, Pool), "a pool has its bank after its founding"
    agreement = register.bank_proposals[event.institution].agreement
    pool = register.with_agreement(agreement.number, event.institution)
    return pool.model_copy(update={"bank_proposals": {}, "bank_agreement": agreement, "replaced_bank": event.replaces})


EVOLUTIONS = (of_pool(evolve), of_register(evolve_appointed))
