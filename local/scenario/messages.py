"""The messages of a scenario by their short names: one for each type of command there is."""

from local.scenario import messages_claims, messages_registry, messages_treasury
from local.scenario.message import MessageWords

MESSAGES: dict[str, type[MessageWords]] = {
    message.word: message
    for message in (*messages_registry.MESSAGES, *messages_claims.MESSAGES, *messages_treasury.MESSAGES)
}
