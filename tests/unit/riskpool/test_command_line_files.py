"""Whatever is wrong with a file that a command was given, a script is told by the same exit status."""

from pathlib import Path

import pytest

from devstack.exit_status import INVALID
from riskpool.__main__ import main
from tests.unit.riskpool.command_list import COMMANDS

POOL = "0190b5a2-7e1c-7abc-8def-0123456789ab"
KEY = f"--key KEY --pool {POOL}"
NOWHERE = "--bootstrap 127.0.0.1:1"

# What stands for ? is the file or folder: each command, what it is given, and what can be wrong with that.
READ = ("missing", "folder", "no-folder/x", "junk")
FOLDERS = ("junk", "unreadable")
KEY_FOLDERS = ("missing", "junk")
WRITTEN = ("missing/x", "folder", "no-folder/x")
GIVEN: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("up", "--data", "?", ("no-folder", "no-folder/x")),
    ("demo", "--json", "?", WRITTEN),
    ("doctor", "--data", "?", FOLDERS),
    ("publish", "FILE", f"? --as bank-a {KEY} {NOWHERE}", (*READ, "not-utf-8")),
    ("publish", "--keys", f"FILE --as bank-a {NOWHERE} --keys ?", KEY_FOLDERS),
    ("publish", "--key", f"FILE --as bank-a {NOWHERE} --pool {POOL} --key ?", READ),
    ("publish", "--data", "FILE --as bank-a --data ?", FOLDERS),
    ("publish", "--save", f"FILE --as bank-a {KEY} {NOWHERE} --save ?", WRITTEN),
    ("journey", "--data", "2026-V6FX8WG --data ?", FOLDERS),
    ("project", "--data", f"{POOL} --data ?", FOLDERS),
    ("keys make", "FILE", "?", (*WRITTEN, "junk")),
    ("keys show", "FILE", "?", READ),
    ("keys rotate", "--keys", f"--as bank-a {NOWHERE} --keys ?", KEY_FOLDERS),
    ("keys rotate", "--key", f"--as bank-a {NOWHERE} --pool {POOL} --key ?", READ),
    ("keys rotate", "--data", "--as bank-a --data ?", FOLDERS),
    ("scenario", "FILES", "?", ("missing", "folder", "no-folder/x", "junk")),
    ("scenario", "--json", "scenarios --json ?", WRITTEN),
    *((f"records {name}", "--data", f"{more} --data ?", FOLDERS) for name, more in (
        ("list", ""), ("show", "held/1 --service claims"), ("resubmit", "held/1 --service claims"),
        ("drop", "held/1 --service claims --reason x"),
    )),
    ("replay", "--data", "--data ?", FOLDERS),
    ("calendar", "--key", f"{NOWHERE} --pool {POOL} --key ?", READ),
    ("calendar", "--keys", f"{NOWHERE} --keys ?", KEY_FOLDERS),
    ("calendar", "--data", "--data ?", FOLDERS),
)  # fmt: skip


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder with a key, a message that is in order, and everything that can be wrong with a file."""
    (tmp_path / "folder").mkdir()
    for name in ("junk", "no-folder"):
        (tmp_path / name).write_text("{junk", encoding="utf-8")
    (tmp_path / "unreadable").mkdir()
    (tmp_path / "unreadable" / "addresses.json").write_text("{junk", encoding="utf-8")
    (tmp_path / "not-utf-8").write_bytes(b'{"type": "\xff"}')
    key = '{"type": "registry.key.rotate.v1", "data": {"public_key": "' + "A" * 43 + '"}}'
    (tmp_path / "message.json").write_text(key, encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["riskpool", "keys", "make", str(tmp_path / "key.pem")])
    with pytest.raises(SystemExit):
        main()
    capsys.readouterr()
    return tmp_path


@pytest.mark.parametrize(
    ("command", "option", "given", "wrong"),
    [(command, option, given, wrong) for command, option, given, all_wrong in GIVEN for wrong in all_wrong],
)
def test_what_is_wrong_with_a_file_is_one_line_and_status_2(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    places: Path,
    command: str,
    option: str,
    given: str,
    wrong: str,
) -> None:
    """Missing, a folder, in no folder, unreadable, not JSON, no key, unwritable: it is named, and nothing is begun."""
    typed = {"?": places / wrong, "KEY": places / "key.pem", "FILE": places / "message.json"}
    words = [str(typed.get(word, word)) for word in given.split()]
    monkeypatch.setattr("sys.argv", ["riskpool", *command.split(), *words])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (INVALID, ""), (option, said)
    lines = [line for line in said.err.splitlines() if not line.startswith("error: 1 fault, ")]
    assert len(lines) == 1, said.err
    assert str(places) in lines[0]


def test_every_file_that_a_command_takes_is_tried() -> None:
    """Whoever adds a command that reads or writes a file adds it above."""
    taken = {
        (command.removeprefix("riskpool "), argument.name)
        for command, app in COMMANDS.items()
        if app.default_command is not None
        for argument in app.assemble_argument_collection()
        if "Path" in str(argument.hint) or argument.name == "FILE"
    }
    assert taken == {(command, option) for command, option, _, _ in GIVEN}
