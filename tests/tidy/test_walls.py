"""The walls stand, and a breach of each one is noticed."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.tidy.repository import ROOT, python_files, tree_of

# What is allowed inside a domain, apart from the standard library. OpenCC is tables of characters, as unicodedata is.
DOMAIN_MAY_IMPORT = ("pydantic", "pydantic_core", "opencc", "shared.contracts", "shared.decisions")
# Parts of the standard library through which a file, a clock, chance or another process comes in.
NOT_PURE = frozenset(
    {
        *(
            "asyncio",
            "glob",
            "http",
            "io",
            "logging",
            "multiprocessing",
            "os",
            "pathlib",
            "random",
            "secrets",
            "shutil",
        ),
        *("signal", "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib"),
    }
)
NOT_PURE_CALLS = frozenset({"now", "today", "utcnow", "uuid1", "uuid4", "open", "input", "print"})

# One import for each wall: the contract that has to notice it, the file it is planted into, what is imported.
BREACHES = (
    ("services", "services/claims/repository.py", "services.treasury.repository"),
    ("rooms", "services/registry/repository.py", "services.registry.execute"),
    ("domain", "services/claims/domain/pool.py", "shared.messaging.message"),
    ("domain", "services/registry/domain/pool.py", "asyncpg"),
    ("shared", "shared/decisions/tally.py", "shared.messaging.encoding"),
    ("contracts", "shared/contracts/money.py", "cryptography"),
    ("no-type-by-name", "shared/messaging/encoding.py", "shared.contracts.claims"),
    ("subjects", "services/registry/domain/accounts/commands.py", "services.registry.domain.keys.article_04_keys"),
    ("subjects", "services/registry/domain/pledged_rights.py", "services.registry.domain.keys.state"),
    ("subjects", "services/registry/domain/audits/commands.py", "services.registry.domain.decide"),
    ("no-circles", "services/claims/domain/claim.py", "services.claims.domain.evolve"),
    ("simulator", "simulator/cores.py", "asyncpg"),
    ("above-services", "services/audit/settings.py", "devstack.child"),
)


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    linter = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [linter, "--no-logo", "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def test_nothing_in_the_repository_breaches_a_wall() -> None:
    """The import contracts of pyproject.toml hold."""
    linted = _lint_imports(ROOT)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_every_wall_notices_a_breach(tmp_path: Path) -> None:
    """Planted into a copy, an import through each wall is named by the linter, with its file."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["id"] for contract in contracts} == {contract for contract, _, _ in BREACHES}
    for package in ("shared", "services", "simulator", "devstack", "scenarios", "riskpool"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tests/tidy").mkdir(parents=True)
    shutil.copy(ROOT / "tests/tidy/subjects_contract.py", tmp_path / "tests/tidy")
    for _, file, imported in BREACHES:
        with (tmp_path / file).open("a") as source:
            source.write(f"\nimport {imported}\n")
    linted = _lint_imports(tmp_path)
    assert linted.returncode == 1, linted.stdout + linted.stderr
    names = {contract["id"]: contract["name"] for contract in contracts}
    words = " ".join(linted.stdout.split())
    for contract, file, imported in BREACHES:
        assert f"{names[contract]} BROKEN" in words
        module = file.removesuffix(".py").replace("/", ".")
        # Of a circle the linter names the package, and the import that it is easiest broken at.
        said = (
            f"cycles are allowed in {module.rpartition('.')[0]}"
            if contract == "no-circles"
            else f"{module} -> {imported} (l."
        )
        assert said in words, f"the breach of {contract} in {file} was not named"


def test_every_subject_has_files_of_the_same_names() -> None:
    """Whoever knows one subject of the registry knows all: its commands, its state, its rules, and nothing else."""
    names: dict[str, set[str]] = {}
    for path in python_files("services/registry/domain/*/*"):
        names.setdefault(path.parent.name, set()).add(path.name)
    assert len(names) > 25
    for subject, found in names.items():
        rules = {name for name in found if re.fullmatch(r"article_[0-9]{2}_[a-z_]+\.py", name)}
        assert found - rules == {"__init__.py", "commands.py", "state.py"}, subject


def test_a_domain_is_pure() -> None:
    """A domain imports what it may and nothing else, and asks neither clock nor chance nor file."""
    paths = python_files("services/*/domain/**")
    assert len(paths) > 100
    faults = []
    for path in paths:
        for node in ast.walk(tree_of(path)):
            faults += [f"{path}: imports {name}" for name in _imported(node) if not _domain_may(name, path)]
            if isinstance(node, ast.Call) and (called := _called(node.func)) in NOT_PURE_CALLS:
                faults.append(f"{path}:{node.lineno}: calls {called}")
    assert faults == []


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return ["." * node.level + (node.module or "")]
    return []


def _domain_may(name: str, path: Path) -> bool:
    own = ".".join(path.parts[:3])
    if any(name == allowed or name.startswith(f"{allowed}.") for allowed in (*DOMAIN_MAY_IMPORT, own)):
        return True
    top = name.partition(".")[0]
    return top in sys.stdlib_module_names and top not in NOT_PURE


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
