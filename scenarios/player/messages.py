"""The messages of a scenario by their short names: one for each type of command there is."""

from scenarios.player.message import MessageWords, message_of
from scenarios.player.special_messages import SPECIAL
from shared.contracts.catalogue import COMMANDS

MESSAGES: dict[str, type[MessageWords]] = {
    command.spoken.word: message_of(command, SPECIAL.get(command, MessageWords)) for command in COMMANDS.values()
}
