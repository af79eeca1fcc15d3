"""The command line explains itself: every command and every option says what it is for."""

import re
import tomllib
from pathlib import Path
from uuid import UUID

import pytest

from devstack.exit_status import INVALID
from devstack.fallback import REPOSITORY
from devstack.supervisor import DevstackError
from riskpool.__main__ import main
from riskpool.parties import KeyPlace, party_named
from riskpool.places import BrokerPlace
from tests.unit.riskpool.command_list import COMMANDS


def test_the_commands_are_those_that_the_documents_name() -> None:
    """A command that is gone would be missed by whoever has read of it."""
    named = {"up", "demo", "doctor", "publish", "journey", "keys", "keys make", "keys show", "keys rotate"}
    assert {f"riskpool {name}" for name in named} <= set(COMMANDS)


@pytest.mark.parametrize("table", ["docs/cli.md", "README.zh-CN.md"])
def test_every_command_stands_in_the_documents_tables(table: str) -> None:
    """In either language; a group stands there with each of its commands."""
    rows = [line for line in (REPOSITORY / table).read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    named = {word for row in rows for word in re.findall(r"[a-z]+", row.split(" | ")[0])}
    assert {word for name in COMMANDS for word in name.split()[1:]} <= named


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_a_help_text(name: str) -> None:
    """Nobody has to read the code to learn what an option does."""
    command = COMMANDS[name]
    assert command.help or (command.default_command and command.default_command.__doc__)
    if command.default_command is not None:
        mute = [argument.name for argument in command.assemble_argument_collection() if not _said(argument)]
        assert mute == []


def _said(argument: object) -> bool:
    # What groups several options is no option itself, and is not shown.
    return bool(argument.parameter.help) or not argument.show or bool(argument.children)  # type: ignore[attr-defined]


@pytest.mark.parametrize("typed", ["--version", "keys --version"])
def test_the_version_is_the_packages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    """Whoever reports a fault can say of which version."""
    package = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    monkeypatch.setattr("sys.argv", ["riskpool", *typed.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, capsys.readouterr().out) == (0, f"riskpool {package['version']}\n")


@pytest.mark.parametrize("who", ["", "/x", "x/", "a/b/c", "bank-a//li"])
def test_who_signs_is_written_in_one_way(who: str) -> None:
    """Institution, or institution/officer; the error says so."""
    with pytest.raises(DevstackError, match="institution/officer"):
        party_named(who, KeyPlace(), BrokerPlace())


def test_what_lacks_to_find_a_key_is_said() -> None:
    """A key file without a pool, and no place at all."""
    with pytest.raises(DevstackError, match="--pool"):
        party_named("bank-a", KeyPlace(key=Path("x.pem")), BrokerPlace())
    with pytest.raises(DevstackError, match="--keys FOLDER"):
        party_named("bank-a", KeyPlace(pool=UUID(int=1)), BrokerPlace())
    with pytest.raises(DevstackError, match="--bootstrap"):
        BrokerPlace().broker()


@pytest.mark.parametrize(
    ("typed", "wrong", "command"),
    [
        ("pubish notice.json", 'did you mean "publish"', "riskpool"),
        ("keys burn", 'unknown command "burn"', "riskpool keys"),
        ("up --nope", "--nope", "riskpool up"),
        ("journey", "parameter ID requires an argument", "riskpool journey"),
        ("journey one two", "two", "riskpool journey"),
        ("publish notice.json --as bank-a --at-once=maybe", '"maybe"', "riskpool publish"),
        ("keys rotate --as", "--as requires an argument", "riskpool keys rotate"),
        ("scenario case.yaml --at-once 99", "must be <= 32", "riskpool scenario"),
    ],
)
def test_a_wrong_command_line_is_one_line_with_the_next_thing_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, wrong: str, command: str
) -> None:
    """No box, however narrow the terminal, and the help that tells more; a script gets its own exit status."""
    monkeypatch.setattr("sys.argv", ["riskpool", *typed.split()])
    monkeypatch.setenv("COLUMNS", "30")
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == INVALID
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert said.err.startswith("error: ")
    assert wrong in said.err.replace("Did", "did").replace("Must", "must")
    assert said.err.endswith(f"; {command} --help tells how it is used\n")
