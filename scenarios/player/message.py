"""What every message of a scenario has: its short name, who says it, and which command it becomes."""

from collections.abc import Mapping
from typing import Any, ClassVar

from scenarios.player.step_context import StepContext
from scenarios.player.vocabulary import Word, put, said_in, vocabulary, with_words
from scenarios.player.words import Words
from shared.contracts.envelope import Command
from shared.contracts.examples import Party, Spoken
from simulator.message_context import usual_speaker
from simulator.parties import INSTITUTION_OF
from simulator.samples import sample

# A party as a scenario names it.
INSTITUTION_WORDS = {party.value: INSTITUTION_OF[party] for party in Party if party is not Party.BORROWER}


class MessageWords(Words):
    """A message's own words: those of its command, of which each has a usual value, and a few that stand for others.

    ``who`` says it if the step names nobody; ``refers_to`` are the words that name another message of the scenario.
    """

    word: ClassVar[str]
    who: ClassVar[str]
    becomes: ClassVar[type[Command]]
    vocabulary: ClassVar[Mapping[str, Word]]
    refers_to: ClassVar[tuple[str, ...]] = ()

    def said(self, context: StepContext) -> dict[str, Any]:
        """What is said in the command's fields; the others are filled in from the context."""
        said = said_in(self, self.vocabulary)
        for word in self.refers_to:
            if word.replace(" ", "_") in self.model_fields_set:
                named = context.memory.named[getattr(self, word.replace(" ", "_"))]
                put(said, self.vocabulary[word].path, named.sha256)
        return said

    def command(self, context: StepContext) -> Command:
        """The command with its defaults filled in from the context."""
        return sample(self.becomes, context, self.said(context))


def message_of(command: type[Command], base: type[MessageWords] = MessageWords) -> type[MessageWords]:
    """The message that becomes this command; ``base`` has the words that stand for others."""
    words = vocabulary(command)
    message = with_words(command.__name__, words, base)
    assert issubclass(message, MessageWords)
    message.word, message.who, message.becomes = command.spoken.word, speaker(command.spoken), command
    message.vocabulary = words
    message.refers_to = tuple(word for word, each in words.items() if each.names_message)
    return message


def speaker(spoken: Spoken) -> str:
    """The party and its officer, or its system, who usually say it."""
    _, holder = usual_speaker(spoken)
    return f"{spoken.party.value}/{holder.replace('-', ' ')}"
