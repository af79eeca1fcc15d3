"""Writes the contract for outside parties, docs/contracts, from the message models.

    python -m riskpool.contracts [--check | --archive FILE]

One JSON Schema for each message type and the lock of their hashes, the examples that the scenarios say, the AsyncAPI
document, and the programs that the READMEs quote. The prose of the AsyncAPI document is written by hand in
asyncapi.template.yaml. The schemas are not kept in git: they go out with a release, in the archive. With --check
nothing is written; what differs is named.
"""

import json
import re
import sys
import tarfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from scenarios.recorded import Recorded, from_lines, record_examples, to_lines
from shared.contracts.catalogue import COMMAND_MESSAGES, COMMANDS, EVENT_MESSAGES, EVENTS
from shared.contracts.envelope import Command, Event
from shared.contracts.receipts import Receipt
from shared.contracts.treasury import PaymentInstruction
from shared.messaging.encoding import sha256_hex

CONTRACTS = Path(__file__).parents[1] / "docs" / "contracts"
SCHEMAS = CONTRACTS / "schemas"
LOCK = CONTRACTS / "schemas.lock"
EXAMPLES = CONTRACTS / "examples" / "recorded.jsonl"
ASYNCAPI = CONTRACTS / "asyncapi.yaml"
TEMPLATE = Path(__file__).with_name("asyncapi.template.yaml")
READMES = (CONTRACTS / "README.md", CONTRACTS / "README.zh-CN.md")

# Draft 07, since AsyncAPI's own schema language is a superset of that one, and every tool knows it.
DIALECT = "http://json-schema.org/draft-07/schema#"
OUTCOMES = "outcomes"
WIDTH = 120

_PLACEHOLDER = re.compile(r"^( *)\{\{ ([a-z-]+)(?: ([a-z.-]+))? \}\}\n", re.MULTILINE)
# The text between a quotation's mark and the end of its code block.
_QUOTATION = re.compile(r"(<!-- quoted: (\S+) -->\n```[a-z]+\n).*?(^```$)", re.DOTALL | re.MULTILINE)

Schema = dict[str, Any]


def schema_path(message_type: str) -> Path:
    """Where the JSON Schema of a type stands: the version is the type's last part."""
    name, version = message_type.rsplit(".", 1)
    return SCHEMAS / name / f"{version}.json"


@cache
def examples() -> Mapping[str, Recorded]:
    """The examples by type, as they were recorded last."""
    return {each.type: each for each in from_lines(EXAMPLES.read_text(encoding="utf-8"))}


def example(message_type: str) -> dict[str, Any]:
    """The type's example: an accepted command, or an event that was said."""
    return dict(examples()[message_type].payload)


def message_schema(message_type: str) -> Schema:
    """The JSON Schema of a whole message, for the one who sends a command or reads an event."""
    is_command = message_type in COMMANDS
    data: type[Command | Event] = COMMANDS[message_type] if is_command else EVENTS[message_type]
    model = COMMAND_MESSAGES[message_type] if is_command else EVENT_MESSAGES[message_type]
    schema = model.model_json_schema(ref_template="#/definitions/{model}")
    parts = schema.pop("$defs", {})
    properties = schema.pop("properties")
    if is_command:
        properties["audience"]["const"] = data.topic
    whole = {
        "$schema": DIALECT,
        "$id": f"urn:riskpool:{message_type}",
        "title": message_type,
        "description": schema.pop("description"),
        **{name: value for name, value in schema.items() if name != "title"},
        "properties": properties,
        "definitions": parts,
    }
    plain: Schema = _plain(whole, is_event=not is_command)
    return plain


def locked(message_type: str) -> str:
    """The type's line in the lock: its name, and the SHA-256 of its schema."""
    return f"{message_type} {sha256_hex(_json_text(message_schema(message_type)).encode())}\n"


def schema_files() -> dict[Path, str]:
    """Every schema and what has to stand in it, the type's example included."""
    return {
        schema_path(name): _json_text({**message_schema(name), "examples": [example(name)]})
        for name in (*COMMANDS, *EVENTS)
    }


def outputs() -> dict[Path, str]:
    """Every generated file that is kept in git, and what has to stand in it; the examples are those recorded last."""
    found = {LOCK: "".join(map(locked, sorted((*COMMANDS, *EVENTS)))), ASYNCAPI: asyncapi_text()}
    for readme in READMES:
        found[readme] = with_quotations(readme.read_text(encoding="utf-8"))
    return found


def asyncapi_text() -> str:
    """The AsyncAPI document: the template with its messages filled in."""
    fills: Mapping[str, Callable[[str], object]] = {
        "channel-messages": _channel_messages,
        "messages": lambda _: {name: _message(name) for name in (*COMMANDS, *EVENTS)},
    }

    def filled(found: re.Match[str]) -> str:
        margin, name, argument = found[1], found[2], found[3] or ""
        text = yaml.safe_dump(fills[name](argument), allow_unicode=True, sort_keys=False, width=WIDTH)
        return "".join(f"{margin}{line}\n" for line in text.splitlines())

    return _PLACEHOLDER.sub(filled, TEMPLATE.read_text(encoding="utf-8"))


def with_quotations(text: str) -> str:
    """The text with every quoted file as it is now; a quotation is a code block below a line that names its file."""

    def quoted(found: re.Match[str]) -> str:
        return found[1] + (CONTRACTS / found[2]).read_text(encoding="utf-8") + found[3]

    return _QUOTATION.sub(quoted, text)


def channel_of(message_type: str) -> str:
    """The channel on which a type travels; what is said to one institution has no topic of its own."""
    data: type[Command | Event] = COMMANDS.get(message_type) or EVENTS[message_type]
    return data.topic or OUTCOMES


def differences() -> list[str]:
    """What isn't as it would be generated, one line each: of the lock, the types."""
    found = []
    if to_lines(record_examples()) != EXAMPLES.read_text(encoding="utf-8"):
        found.append(f"{EXAMPLES.relative_to(CONTRACTS)} differs from what the scenarios say")
    for path, text in outputs().items():
        there = path.read_text(encoding="utf-8") if path.exists() else ""
        if path == LOCK:
            changed = set(text.splitlines()) ^ set(there.splitlines())
            found.extend(f"schema of {name} differs" for name in sorted({line.split()[0] for line in changed}))
        elif there != text:
            found.append(f"{path.relative_to(CONTRACTS)} differs")
    return found


def _plain(value: Any, *, is_event: bool, names_fields: bool = False) -> Any:
    """The schema in draft 07, without titles that only repeat a name.

    An event's reader ignores unknown fields everywhere, and an event has no nulls: an absent field is left out.
    ``names_fields`` says that the keys of ``value`` are names of fields or of definitions, not words of JSON Schema.
    """
    if isinstance(value, list):
        return [_plain(item, is_event=is_event) for item in value]
    if not isinstance(value, dict):
        return value.replace("``", "`") if isinstance(value, str) else value
    if names_fields:
        return {name: _plain(part, is_event=is_event) for name, part in value.items()}
    kept = {word: part for word, part in value.items() if word != "title" or "$id" in value}
    if is_event:
        kept = _without_null({word: part for word, part in kept.items() if word != "additionalProperties"})
    if "$ref" in kept and len(kept) > 1:
        # Draft 07 passes over whatever stands beside a reference.
        kept = {"allOf": [{"$ref": kept["$ref"]}], **{word: part for word, part in kept.items() if word != "$ref"}}
    return {
        word: _plain(part, is_event=is_event, names_fields=word in {"properties", "definitions"})
        for word, part in kept.items()
        if not (word == "definitions" and not part)
    }


def _without_null(schema: Schema) -> Schema:
    """An optional field of an event: the one kind of value it has when it is there."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if "anyOf" not in schema or len(kinds) != 1:
        return schema
    rest = {word: part for word, part in schema.items() if word != "anyOf" and (word, part) != ("default", None)}
    return {**kinds[0], **rest}


def _json_text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _channel_messages(channel: str) -> dict[str, Schema]:
    return {
        name: {"$ref": f"#/components/messages/{name}"} for name in (*COMMANDS, *EVENTS) if channel_of(name) == channel
    }


def _message(message_type: str) -> Schema:
    data: type[Command | Event] = COMMANDS.get(message_type) or EVENTS[message_type]
    summary, _, more = _paragraphs(data).partition("\n\n")
    message: Schema = {"name": message_type, "title": data.__name__, "summary": summary}
    if more:
        message["description"] = more
    message["traits"] = [{"$ref": f"#/components/messageTraits/{_trait(data)}"}]
    message["payload"] = {"$ref": f"./{schema_path(message_type).relative_to(CONTRACTS).as_posix()}"}
    if message_type in COMMANDS or channel_of(message_type) == OUTCOMES:
        # What others read stands as an example in its schema; here are those that have to be signed or answered.
        message["examples"] = [_asyncapi_example(message_type)]
    return message


def _asyncapi_example(message_type: str) -> Schema:
    recorded = examples()[message_type]
    return {"headers": dict(recorded.headers), "payload": example(message_type)}


def _trait(data: type[Command | Event]) -> str:
    if issubclass(data, Command):
        return "command"
    if issubclass(data, Receipt):
        return "receipt"
    return "signedEvent" if data is PaymentInstruction else "event"


def _paragraphs(data: type[Command | Event]) -> str:
    """The docstring with each paragraph on one line."""
    text = (data.__doc__ or "").replace("``", "`")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip())


def write() -> None:
    """Write everything: the examples first, since the other files show them."""
    EXAMPLES.write_text(to_lines(record_examples()), encoding="utf-8")
    examples.cache_clear()
    for path in sorted(SCHEMAS.rglob("*.json")):
        path.unlink()
    for path, text in {**outputs(), **schema_files()}.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def archive(file: Path) -> None:
    """Put the contract as it is written now, schemas included, into a gzipped tar file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(file, "w:gz") as packed:
        packed.add(CONTRACTS, arcname=file.name.removesuffix(".tar.gz"))


def main(arguments: list[str]) -> int:
    """Write the files, with --archive also into an archive; or with --check say which of them would change."""
    match arguments:
        case ["--check"]:
            different = differences()
            sys.stdout.writelines(f"{line}; run make contracts\n" for line in different)
            return 1 if different else 0
        case [] | ["--archive", _]:
            write()
            if arguments:
                archive(Path(arguments[1]))
            return 0
    sys.stderr.write("usage: python -m riskpool.contracts [--check | --archive FILE]\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
