"""The districts' profiles as they are read from their folder, and what a service says that finds others there."""

import subprocess
import sys
from pathlib import Path

import pytest

from services.registry.districts import district_profiles
from services.registry.execute import report_changed_profiles
from simulator.simulator import DISTRICTS
from tests.integration.conftest import TestDatabase
from tests.integration.test_registry_execute import incoming, process
from tests.unit.registry.registry_examples import MANAGING, POOL_ID, PROFILE, founding, profile_with

FILE = DISTRICTS / "110105.toml"
TEXT = FILE.read_text(encoding="utf-8")


def line_of(beginning: str) -> int:
    return next(number for number, line in enumerate(TEXT.splitlines(), 1) if line.startswith(beginning))


@pytest.mark.parametrize(
    ("before", "after", "line", "reason"),
    [
        ("most = 2000", "most = 20_001", "[bounds]", "the ceiling of the pool's share"),
        ('"9/10"', '"nine tenths"', "loss_ratio", "nine tenths"),
        ("least = 3 }", "least = 3, comment = 1 }", '"ballot.voters_min"', "Extra inputs are not permitted"),
        ('clause = "20.1"', 'clause = "24.1"', "term_years", "the regulation has no clause 24.1"),
        ("supplement_days", "# supplement_days", "[bounds]", "no bound for supplement_days"),
        ("supplement_days", "suplement_days", "[bounds]", "no bound for supplement_days"),
        ('code = "110105"', 'code = "110108"', "code", "the profile of 110108"),
        ('name = "北京市朝阳区"', "", "", "name: Field required"),
        ("term_years = {", "term_years = ", "term_years", "line"),
    ],
)
def test_a_wrong_file_is_named_with_its_line_and_the_reason(
    tmp_path: Path, before: str, after: str, line: str, reason: str
) -> None:
    """Whoever has to mend it sees where, and what is wanted there."""
    assert before in TEXT
    path = tmp_path / FILE.name
    path.write_text(TEXT.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ValueError, match="110105") as refused:
        district_profiles(tmp_path)
    said = str(refused.value)
    assert str(path) in said
    assert f"line {line_of(line) if line else 1}" in said, said
    assert reason in said


def test_a_folder_without_a_profile_is_none(tmp_path: Path) -> None:
    """Neither an empty folder nor one that is not there."""
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(ValueError, match="holds no district's profile"):
            district_profiles(folder)


def test_the_hash_is_of_what_the_profile_says(tmp_path: Path) -> None:
    """Comments and spaces change nothing; a bound does."""
    for changed, is_same in ((TEXT.replace("# ", "# 注 "), True), (TEXT.replace("most = 2000", "most = 1500"), False)):
        (tmp_path / FILE.name).write_text(changed, encoding="utf-8")
        assert (district_profiles(tmp_path)["110105"].sha256 == PROFILE.sha256) == is_same


def test_the_registry_does_not_start_with_a_wrong_profile(tmp_path: Path) -> None:
    """It ends with status 2 before it has touched anything, and says which file, line and why."""
    path = tmp_path / FILE.name
    path.write_text(TEXT.replace("least = 0", "least = 2"), encoding="utf-8")
    settings = {
        "RISKPOOL_DATABASE_URL": "postgresql://nowhere",
        "RISKPOOL_KAFKA_BOOTSTRAP": "nowhere:9092",
        "RISKPOOL_DATA_DIR": str(tmp_path / "data"),
        "RISKPOOL_DISTRICTS_DIR": str(tmp_path),
    }
    ended = subprocess.run(
        [sys.executable, "-m", "services.registry"],
        env=settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2, ended.stderr
    assert (
        f"registry: setting RISKPOOL_DISTRICTS_DIR: Value error, {path}, line {line_of('loss_ratio')}" in ended.stderr
    )
    assert "the least, 2, is above the most, 9/10" in ended.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.asyncio(loop_scope="session")
async def test_a_profile_that_has_changed_under_a_pool_is_said_at_the_start(
    registry_database: TestDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is said of the profile that the pool was founded under, and much of another one, or of none."""
    await process(registry_database, [incoming(founding(), MANAGING)])
    stored = await registry_database.pool.fetchval("SELECT profile_sha256 FROM pools")
    assert stored == PROFILE.sha256
    other = profile_with(filing_window_days={"most": 20})
    async with registry_database.pool.acquire() as connection:
        await report_changed_profiles(connection, districts={PROFILE.code: PROFILE})
        assert capsys.readouterr().out == ""
        await report_changed_profiles(connection, districts={PROFILE.code: other})
        said = capsys.readouterr().out
        assert str(POOL_ID) in said
        assert PROFILE.sha256 in said
        assert other.sha256 in said
        await report_changed_profiles(connection, districts={})
        assert str(POOL_ID) in capsys.readouterr().out
