"""The Dockerfile's images, made here as folders: each holds what its container runs, and nothing that it must not."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from devstack import bank, migrate
from devstack.pool import BANK
from shared.contracts.topics import SERVICES

REPOSITORY = Path(__file__).resolve().parents[2]
CONTAINERS: dict[str, dict[str, Any]] = yaml.safe_load((REPOSITORY / "compose.yaml").read_text("utf-8"))["services"]
JOBS = ("secrets", "databases", "migrate", "topics")


def dockerfile_stages() -> dict[str, list[str]]:
    """The instructions of each stage, by its name, each on one line."""
    text = (REPOSITORY / "Dockerfile").read_text().replace("\\\n", " ")
    stages: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("FROM "):
            lines = stages[line.split()[-1]] = []
        if line and not line.startswith("#"):
            lines.append(line)
    return stages


def copied(stage: str, service: str = "") -> list[str]:
    """The paths of the repository that an image of this stage holds; each is copied to the same place."""
    paths: list[str] = []
    instructions = dockerfile_stages()[stage]
    parent = instructions[0].split()[1]
    if parent in dockerfile_stages():
        paths += copied(parent)
    for line in instructions:
        words = line.replace("${SERVICE}", service).split()
        if words[0] == "COPY" and not words[1].startswith("--"):
            assert words[1] == words[2], line
            paths.append(words[1])
    return paths


def build_image_folder(target: Path, paths: list[str]) -> None:
    for path in paths:
        source = REPOSITORY / path
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target / path, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target / path)


def run_in_image(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a module from the copied folders alone, with an empty environment."""
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, env={}, capture_output=True, text=True, check=False, timeout=60
    )


def test_images_are_built_without_secrets_for_a_user_without_rights() -> None:
    """Every requirement is checked by its hash, nothing secret is passed to a build, and no image runs as root."""
    stages = dockerfile_stages()
    (install,) = [line for line in stages["requirements"] if "pip install" in line]
    assert "--require-hashes" in install
    assert "--only-binary :all:" in install
    assert install.endswith("-r requirements.lock")
    for stage in ("service", "tools"):
        assert "USER 10001:10001" in stages[stage]
    arguments = [line for lines in stages.values() for line in lines if line.startswith("ARG")]
    assert arguments == ["ARG SERVICE"]
    for name in (*JOBS, *SERVICES, BANK):
        build = CONTAINERS[name]["build"]
        target, given = ("service", {"SERVICE": name}) if name in SERVICES else ("tools", None)
        assert (build["context"], build["target"], build.get("args")) == (".", target, given)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_runs_from_its_image_alone(service: str, tmp_path: Path) -> None:
    """shared/ and the service's own folder are enough to start; without settings it says which one is missing."""
    paths = copied("service", service)
    assert paths == ["shared", "services/__init__.py", f"services/{service}"]
    (command,) = [line for line in dockerfile_stages()["service"] if line.startswith("CMD ")]
    assert json.loads(command.removeprefix("CMD ")) == ["sh", "-c", "exec python -m services.$SERVICE"]
    build_image_folder(tmp_path, paths)
    ended = run_in_image(tmp_path, f"services.{service}")
    assert ended.returncode == 2, ended.stderr
    assert f"{service}: setting RISKPOOL_DATABASE_URL" in ended.stderr


def test_the_jobs_run_from_the_tools_image_alone(tmp_path: Path) -> None:
    """devstack/, shared/ and the migrations are enough for every command that is run in this image."""
    paths = copied("tools")
    assert paths == ["shared", *(f"services/{service}/migrations" for service in SERVICES), "simulator", "devstack"]
    build_image_folder(tmp_path, paths)
    for job in JOBS:
        (module,) = re.findall(r"python -m (\S+)", " ".join(CONTAINERS[job]["command"]))
        ended = run_in_image(tmp_path, module, "--help")
        assert ended.returncode == 0, ended.stderr
        assert "Usage:" in ended.stdout
    ended = run_in_image(tmp_path, bank.__name__)
    assert "KeyError: 'RISKPOOL_KAFKA_BOOTSTRAP'" in ended.stderr
    for service in SERVICES:
        folders = [path.relative_to(REPOSITORY) for path in migrate.migration_folders(service)]
        assert all((tmp_path / path).is_dir() for path in folders), service
