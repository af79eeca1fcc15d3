"""The messages of a scenario by their short names: one for each type of command there is."""

from scenarios.player.message import MessageWords
from scenarios.player.messages_affiliates import MESSAGES as AFFILIATE_MESSAGES
from scenarios.player.messages_agreements import MESSAGES as AGREEMENT_MESSAGES
from scenarios.player.messages_ballots import MESSAGES as BALLOT_MESSAGES
from scenarios.player.messages_claims import MESSAGES as CLAIMS_MESSAGES
from scenarios.player.messages_corrections import MESSAGES as CORRECTION_MESSAGES
from scenarios.player.messages_cycle import MESSAGES as CYCLE_MESSAGES
from scenarios.player.messages_life import MESSAGES as LIFE_MESSAGES
from scenarios.player.messages_oversight import MESSAGES as OVERSIGHT_MESSAGES
from scenarios.player.messages_people import MESSAGES as PEOPLE_MESSAGES
from scenarios.player.messages_performance import MESSAGES as PERFORMANCE_MESSAGES
from scenarios.player.messages_registry import MESSAGES as REGISTRY_MESSAGES
from scenarios.player.messages_rules import MESSAGES as RULES_MESSAGES
from scenarios.player.messages_selection import MESSAGES as SELECTION_MESSAGES
from scenarios.player.messages_supervision import MESSAGES as SUPERVISION_MESSAGES
from scenarios.player.messages_treasury import MESSAGES as TREASURY_MESSAGES

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
