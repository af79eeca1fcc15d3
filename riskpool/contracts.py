"""Writes the contract for outside parties, docs/contracts, from the message models.

    python -m riskpool.contracts [--check]

One JSON Schema for each message type, the AsyncAPI document, and the programs that the READMEs quote. The prose of the
AsyncAPI document is written by hand in asyncapi.template.yaml. With --check nothing is written; what differs is named.
"""

import json
import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from shared.contracts.catalogue import COMMAND_MESSAGES, COMMANDS, EVENT_MESSAGES, EVENTS
from shared.contracts.envelope import CONTENT_TYPE, SIGNATURE_HEADER, Command, Event
from shared.contracts.receipts import Receipt
from shared.contracts.treasury import PaymentInstruction
from simulator.golden.__main__ import GOLDEN, whole_story
from simulator.golden.story import example_signer, published_bytes, system_of

CONTRACTS = Path(__file__).parents[1] / "docs" / "contracts"
SCHEMAS = CONTRACTS / "schemas"
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


def example(message_type: str) -> dict[str, Any]:
    """The type's example, as it stands among the golden messages."""
    content: dict[str, Any] = json.loads((GOLDEN / f"{message_type}.json").read_text(encoding="utf-8"))
    return content


def shown_example(message_type: str) -> dict[str, Any]:
    """The example that the documents show: of a command, as it is written today.

    The golden one may be older. It is read for ever; but what it lacks may be asked for by now, and whoever copies it
    would be refused.
    """
    if message_type not in COMMANDS:
        return example(message_type)
    content: dict[str, Any] = json.loads(_story_told()[message_type])
    return content


@cache
def _story_told() -> Mapping[str, bytes]:
    return whole_story().messages


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
    return {**plain, "examples": [shown_example(message_type)]}


def outputs() -> dict[Path, str]:
    """Every generated file and what has to stand in it."""
    found = {schema_path(name): _json_text(message_schema(name)) for name in (*COMMANDS, *EVENTS)}
    found[ASYNCAPI] = asyncapi_text()
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
    """What isn't as it would be generated, one line each."""
    wanted = outputs()
    found = [
        f"{path.relative_to(CONTRACTS)} {'differs' if path.exists() else 'is missing'}"
        for path, text in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    surplus = [path for path in sorted(SCHEMAS.rglob("*.json")) if path not in wanted]
    return found + [f"{path.relative_to(CONTRACTS)} belongs to no message type" for path in surplus]


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
    payload = shown_example(message_type)
    headers = {"content-type": CONTENT_TYPE}
    if message_type in COMMANDS or message_type == PaymentInstruction.message_type:
        source = payload["source"]
        signer = example_signer(source, payload.get("officer") or system_of(source))
        headers[SIGNATURE_HEADER] = signer.sign(published_bytes(payload))
    return {"headers": headers, "payload": payload}


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


def main(arguments: list[str]) -> int:
    """Write the files, or with --check say which of them would change."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m riskpool.contracts [--check]\n")
        return 2
    different = differences()
    if arguments:
        sys.stdout.writelines(f"{line}; run make contracts\n" for line in different)
        return 1 if different else 0
    for path, text in outputs().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for line in differences():
        sys.stderr.write(f"{line}; remove it, unless it was ever published\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
