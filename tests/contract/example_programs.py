"""The programs that a bank's integrator copies, and how each is run here."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from devstack.fallback import cache_folder
from devstack.kafka_jars import find_kafka_jars, java_found, kafka_version
from riskpool.contracts import CONTRACTS

PYTHON = CONTRACTS / "examples" / "notify_loss.py"
JAVA = CONTRACTS / "examples" / "NotifyLoss.java"
RUN_TIMEOUT_S = 90


def _runs_java() -> bool:
    """Whether this machine has a JDK (a JRE runs no source file) and Kafka's jars, or Maven to fetch them."""
    java = asyncio.run(java_found())
    if java is None or not ((cache_folder() / "kafka" / kafka_version()).exists() or shutil.which("mvn")):
        return False
    modules = subprocess.run([java, "--list-modules"], capture_output=True, text=True, check=False).stdout
    return re.search(r"^jdk\.compiler\b", modules, re.MULTILINE) is not None


# Whoever has no Java tries one program; CI tries both.
LANGUAGES = ("python", "java") if os.environ.get("CI") or _runs_java() else ("python",)


async def program(language: str) -> list[str]:
    """The command that runs the program of this language, as its README says."""
    return [sys.executable, str(PYTHON)] if language == "python" else [*await _java(), str(JAVA)]


def compiled_program(language: str, classes: Path) -> list[str]:
    """The same compiled before, into the folder; of a source file each run of Java spends most of its time on that."""
    if language == "python":
        return asyncio.run(program(language))
    java, *options, libs = asyncio.run(_java())
    if not classes.exists():
        _compile(java, libs, JAVA, classes)
    return [java, *options, f"{libs}:{classes}", JAVA.stem]


def _compile(java: str, class_path: str, source: Path, into: Path) -> None:
    compiler = [java, "-m", "jdk.compiler/com.sun.tools.javac.Main", "-cp", class_path, "-d", str(into), str(source)]
    subprocess.run(compiler, timeout=RUN_TIMEOUT_S, check=True)


async def _java() -> list[str]:
    """Java with the jars that the program needs, the last of its words: kafka-clients alone."""
    jars = await find_kafka_jars(print)
    assert not isinstance(jars, str), jars
    libs = [path for name in ("kafka-clients-*.jar", "slf4j-api-*.jar") for path in jars.libs.glob(name)]
    # Where other digits than 0 to 9 are usual.
    locale = ("-Duser.language=ar", "-Duser.country=EG")
    return [jars.java, "-XX:TieredStopAtLevel=1", *locale, "-cp", ":".join(map(str, libs))]


def write_key(private: Ed25519PrivateKey, folder: Path) -> Path:
    """The key as openssl writes it: the private one, and the public one beside it."""
    path = folder / "key.pem"
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    path.with_name("key.pub.pem").write_bytes(public)
    return path


def run(command: list[str], folder: Path, *options: str) -> "subprocess.CompletedProcess[bytes]":
    """Run the program in the folder, in which it finds the key."""
    return subprocess.run(
        [*command, "--key", "key.pem", *options],
        cwd=folder,
        env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
        capture_output=True,
        timeout=RUN_TIMEOUT_S,
        check=False,
    )


_FORMS_IN_PYTHON = """
import importlib.util, sys
found = importlib.util.spec_from_file_location("program", sys.argv[1])
program = importlib.util.module_from_spec(found)
found.loader.exec_module(program)
pool, lender, *numbers = sys.argv[2:]
for number in numbers:
    print(program.canonical_number(number), program.project_id(pool, lender, number))
"""
_FORMS_IN_JAVA = """
public final class Forms {
    public static void main(String[] words) throws Exception {
        var out = new java.io.PrintStream(System.out, true, "UTF-8");
        for (int at = 2; at < words.length; at++) {
            String number = words[at];
            out.println(NotifyLoss.canonicalNumber(number) + " " + NotifyLoss.projectId(words[0], words[1], number));
        }
    }
}
"""


def forms_and_ids(
    language: str, folder: Path, classes: Path, pool: str, lender: str, numbers: Sequence[str]
) -> list[str]:
    """What the program's own functions make of contracts' numbers: of each its canonical form and its project's id."""
    command = compiled_program(language, classes)
    if language == "python":
        command = [command[0], "-c", _FORMS_IN_PYTHON, str(PYTHON)]
    else:
        source = folder / "Forms.java"
        source.write_text(_FORMS_IN_JAVA, encoding="ascii")
        # Beside the program, whose functions are its package's own.
        _compile(command[0], str(classes), source, folder)
        command = [*command[:-2], f"{command[-2]}:{folder}", source.stem]
    found = subprocess.run(
        [*command, pool, lender, *numbers],
        env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
        capture_output=True,
        timeout=RUN_TIMEOUT_S,
        check=True,
    )
    return found.stdout.decode().splitlines()
