#!/usr/bin/env bash
# pydantic 2.14.3: with several bases model_config is taken from the LAST one, while fields, methods and defaults follow Python's order (the first).
#
# A model that inherits "which fields" from one base and "how strict" from another gets its strictness by the order of the
# bases, in the direction opposite to everything else that it inherits: class Order(Strict, Loose) has Strict's methods and
# Loose's config. No warning is given. Whoever puts the strict base first, as Python's order suggests, accepts unknown fields.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --disable-pip-version-check --quiet install 'pydantic==2.14.3'
"$folder/venv/bin/python" - <<'PYTHON'
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, VERSION


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: ClassVar[str] = "strict"


class Loose(BaseModel):
    model_config = ConfigDict(extra="ignore")
    kind: ClassVar[str] = "loose"


class StrictFirst(Strict, Loose):
    amount_fen: int


class StrictLast(Loose, Strict):
    amount_fen: int


class Plain(BaseModel):
    amount_fen: int


class PlainLast(Strict, Plain):
    pass


print("pydantic", VERSION)
for model in (StrictFirst, StrictLast, PlainLast):
    print(f"{model.__name__:12} bases {[base.__name__ for base in model.__bases__]}: inherits kind={model.kind!r}, extra={model.model_config['extra']!r}")
taken = StrictFirst.model_validate({"amount_fen": 1, "unknown": "field"})
print("StrictFirst took an unknown field without a word:", taken)
assert (StrictFirst.kind, StrictFirst.model_config["extra"]) == ("strict", "ignore")
assert (StrictLast.kind, StrictLast.model_config["extra"]) == ("loose", "forbid")
# A base that sets nothing takes nothing away.
assert PlainLast.model_config["extra"] == "forbid"
PYTHON
