"""Command lines: each one that a text names to its reader can be typed, with the options that stand there."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from tests.tidy.command_lines import fault_of, in_document, in_sentence, in_texts
from tests.tidy.repository import files, text_of


def _in_documents() -> Iterator[tuple[Path, str]]:
    for path in files():
        if path.suffix == ".md":
            yield from ((path, line) for line in in_document(text_of(path)))


@pytest.mark.parametrize(("found", "at_least"), [(in_texts, 50), (_in_documents, 90)])
def test_every_command_line_that_is_named_can_be_typed(
    found: Callable[[], Iterable[tuple[Path, str]]], at_least: int
) -> None:
    """Errors, refusals and help name one as the next thing to do, documents to be copied."""
    named = list(found())
    assert len(named) > at_least
    assert [f"{path}: {line}: {fault}" for path, line in named if (fault := fault_of(line))] == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("look at them: riskpool records list", "riskpool records list"),
        ("the case is open (riskpool journey ID); go on", "riskpool journey ID"),
        ("start one: riskpool up --data FOLDER", "riskpool up --data FOLDER"),
        ("请生成新的密钥对（riskpool keys make）", "riskpool keys make"),
        ("stop it: kill 7, or make down DATA=/tmp/x", "make down DATA=/tmp/x"),
        ("install the requirements: make setup", "make setup"),
        ("then: make clean && make setup", "make clean && make setup"),
        ("run python -m devstack.topics --bootstrap here", "python -m devstack.topics --bootstrap here"),
    ],
)
def test_a_command_line_is_found_in_its_sentence(text: str, line: str) -> None:
    """Up to where the sentence goes on."""
    assert line in in_sentence(text)


@pytest.mark.parametrize(
    "text", ["make it smaller", "correct it: make a new one", "the riskpool of a bank", "riskpools"]
)
def test_a_sentence_is_no_command_line(text: str) -> None:
    """Not all that is made is made by make."""
    assert [line for line in in_sentence(text) if not line.startswith("riskpool of")] == []


def test_a_command_line_is_found_in_a_document() -> None:
    """In a block, also one of a list, and in quoted words; not in what is told of it."""
    block = "  ```bash\n  riskpool records show \\\n    held/1 --json  # all\n  ```"
    found = in_document(f"Type `riskpool doctor`:\n\n- so\n\n{block}\nmake it so")
    assert [line.split() for line in found] == [
        ["riskpool", "records", "show", "held/1", "--json"],
        ["riskpool", "doctor"],
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("riskpool recrods list", "no command recrods"),
        ("riskpool records lst", "records has no command lst"),
        ("riskpool records list --jsn", "records list has no option --jsn"),
        (".venv/bin/riskpool up --data x | riskpool nothing", None),
        ("python -m riskpool journey ID --data=x", None),
        ("make nothing", "no target nothing"),
        ("make down DTA=x", "no DTA"),
        ("python -m devstack.nothing", "no module devstack.nothing"),
        ("python -m devstack.topics --bootstrp x", "no option --bootstrp"),
        ("python -m services.audit.check --nothing x", "no option --nothing"),
        ("python -m services.audit.check --bootstrap x", None),
    ],
)
def test_what_can_not_be_typed_is_noticed(line: str, fault: str | None) -> None:
    """A command, a target, a variable, a module or an option that there is not."""
    found = fault_of(line)
    assert (found is None) == (fault is None)
    assert fault is None or fault in (found or "")
