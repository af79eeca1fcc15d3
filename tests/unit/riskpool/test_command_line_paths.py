"""What a command is to read and to write is looked at before it does its work."""

import io
from pathlib import Path

import pytest

from devstack.exit_status import INVALID, OK
from devstack.output_paths import can_become_file, can_become_folder, write_report
from devstack.supervisor import DevstackError
from riskpool.__main__ import main

POOL = "0190b5a2-7e1c-7abc-8def-0123456789ab"


def ended_with(monkeypatch: pytest.MonkeyPatch, *typed: str | Path) -> object:
    monkeypatch.setattr("sys.argv", ["riskpool", *map(str, typed)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


@pytest.fixture
def places(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("options_first", [True, False])
def test_a_lone_hyphen_reads_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, options_first: bool
) -> None:
    """Before and after the options; a fault in what came in is said with its line in stdin."""
    key = tmp_path / "teller.pem"
    assert ended_with(monkeypatch, "keys", "make", key) == OK
    capsys.readouterr()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"type": "claims.loss.notify.v1"}\n{oops\n')))
    options = ("--as", "bank-demo", "--key", key, "--pool", POOL)
    typed = (*options, "-") if options_first else ("-", *options)
    assert ended_with(monkeypatch, "publish", *typed) == INVALID
    assert "stdin:2: not JSON" in capsys.readouterr().err


@pytest.mark.parametrize("typed", ["publish --nope --as bank-demo", "publish --as bank-demo --nope n.json"])
def test_a_mistyped_option_is_no_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    """That - is a file makes no file of anything else that begins with one."""
    assert ended_with(monkeypatch, *typed.split()) == INVALID
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "--nope" in said
    assert "option" in said.partition(";")[0]


@pytest.mark.parametrize(
    ("command", "place"),
    [
        ("demo --json", "missing/x.json"),
        ("demo --json", "folder"),
        ("demo --json", "file/x.json"),
        ("scenario scenarios --json", "missing/x.json"),
        ("scenario scenarios --json", "folder"),
        ("up --data", "file"),
        ("up --data", "file/below"),
    ],
)
def test_a_path_that_cannot_be_written_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], places: Path, command: str, place: str
) -> None:
    """One line, before anything is started."""
    assert ended_with(monkeypatch, *command.split(), places / place) == INVALID
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert str(places) in said.err


def test_what_can_be_written_is_left_as_it_is(places: Path) -> None:
    """To look is not to write: no file is emptied, no folder made."""
    for report in (None, places / "file", places / "new.json"):
        can_become_file(Path, report)
    for data in (None, places / "folder", places / "new" / "data"):
        can_become_folder(Path, data)
    assert sorted(path.name for path in places.iterdir()) == ["file", "folder"]
    assert (places / "file").read_text(encoding="utf-8") == "mine"


def test_a_report_whose_folder_is_gone_at_the_end_is_one_line(tmp_path: Path) -> None:
    """What held at the start need not hold after the work."""
    with pytest.raises(DevstackError, match="can't be written: No such file"):
        write_report(tmp_path / "gone" / "report.json", "{}")


@pytest.mark.parametrize(("who", "wrong"), [("bank-demo/x", "x"), ("Bank", "Bank"), ("bank-demo/li ming", "li ming")])
def test_an_id_that_can_be_none_is_told_what_an_id_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], who: str, wrong: str
) -> None:
    """Who has written institution/officer is not told to write it."""
    assert ended_with(monkeypatch, "publish", "n.json", "--as", who) == INVALID
    said = capsys.readouterr().err
    assert f"{wrong!r} is no id; an id is 2 to 40 small letters" in said
    assert "institution/officer" not in said
