"""The messages of a scenario by their short names: one for each type of command there is."""

from local.scenario.message import MessageWords
from local.scenario.messages_affiliates import MESSAGES as AFFILIATE_MESSAGES
from local.scenario.messages_agreements import MESSAGES as AGREEMENT_MESSAGES
from local.scenario.messages_ballots import MESSAGES as BALLOT_MESSAGES
from local.scenario.messages_claims import MESSAGES as CLAIMS_MESSAGES
from local.scenario.messages_corrections import MESSAGES as CORRECTION_MESSAGES
from local.scenario.messages_cycle import MESSAGES as CYCLE_MESSAGES
from local.scenario.messages_life import MESSAGES as LIFE_MESSAGES
from local.scenario.messages_oversight import MESSAGES as OVERSIGHT_MESSAGES
from local.scenario.messages_people import MESSAGES as PEOPLE_MESSAGES
from local.scenario.messages_performance import MESSAGES as PERFORMANCE_MESSAGES
from local.scenario.messages_registry import MESSAGES as REGISTRY_MESSAGES
from local.scenario.messages_rules import MESSAGES as RULES_MESSAGES
from local.scenario.messages_selection import MESSAGES as SELECTION_MESSAGES
from local.scenario.messages_supervision import MESSAGES as SUPERVISION_MESSAGES
from local.scenario.messages_treasury import MESSAGES as TREASURY_MESSAGES

MESSAGES: dict[str, type[MessageWords]] = {
    message.word: message
    for message in (
        *REGISTRY_MESSAGES,
        *CORRECTION_MESSAGES,
        *LIFE_MESSAGES,
        *PEOPLE_MESSAGES,
        *AFFILIATE_MESSAGES,
        *SELECTION_MESSAGES,
        *BALLOT_MESSAGES,
        *OVERSIGHT_MESSAGES,
        *AGREEMENT_MESSAGES,
        *RULES_MESSAGES,
        *SUPERVISION_MESSAGES,
        *CYCLE_MESSAGES,
        *PERFORMANCE_MESSAGES,
        *CLAIMS_MESSAGES,
        *TREASURY_MESSAGES,
    )
}
