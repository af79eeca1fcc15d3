"""Every refusal that a service's tests see is one that a tired officer can read and act on, in either language.

Each rule refuses in some test of its service, or the mutation run would find it; so nearly all that they can say
is seen.
"""

import importlib
import pkgutil
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import pytest

import services.claims.domain
import services.registry.domain
import services.treasury.domain
import shared.contracts.registry
from shared.contracts.labels import LabelledEnum
from shared.contracts.refusals import Refusal

for _package in (
    services.registry.domain,
    services.claims.domain,
    services.treasury.domain,
    shared.contracts.registry,
):
    for _module in pkgutil.walk_packages(_package.__path__, f"{_package.__name__}."):
        importlib.import_module(_module.name)

# The lender and the guarantor of the examples have ids that are codes too, and some of their documents a title.
NAMES = frozenset({"lender", "guarantor", "other"})
CODES = frozenset(member.value for labelled in LabelledEnum.__subclasses__() for member in labelled) - NAMES
# A word of its own: no part of a message's type (registry.rules.adopt), no id (bank-a), no field's value (filing=2).
WORD = re.compile(r"(?<![\w.=-])[a-z][a-z_]*(?![\w.=-]*\w)", re.ASCII)
# A message's type, with or without its version.
TYPE = re.compile(r"(?<![\w./-])(?:registry|claims|treasury|audit)(?:\.[a-z_]+){2,}(?:\.v[0-9]+)?(?![\w*])", re.ASCII)
# A field's name, in which nobody thinks who reads this, or a field with its value; said in words instead.
FIELD = re.compile(r"(?<![\w./-])[a-z]+(?:_[a-z0-9]+)+(?![\w./-]*\w)|\bpoolid\b|\b[a-z_]+=\S", re.ASCII)
# What amounts and rates are in messages: people read yuan and per cent.
UNIT = re.compile(r"\bfen\b|\bbp\b|\bbasis points?\b|基点|_(?:fen|bp)\b")
UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
# What a refusal has its reader do.
DO = frozenset(
    """
    add adopt agree announce answer apply approve ask begin check choose claim close confirm consent copy correct decide
    draw encode end engage explain file fix found give go hand have keep leave let list lower make mark name notify
    number open plan pledge prepare propose put read recommend record refer register release report say score send set
    sign state tell turn use visit vote wait withdraw write
    """.split()  # noqa: SIM905  # a list of words is read as one
)
# Where a sentence begins, or a part of one that says what to do.
BEGINNING = re.compile(r"(?:[;:.,] |\A)(?:first |or |and |then )?([A-Za-z]+)")


def in_code(text: str) -> Iterator[str]:
    """What in a text is for programs and not for people: names of fields, units of messages, ids of nothing visible."""
    for pattern in (FIELD, UNIT, UUID):
        yield from (found[0] for found in pattern.finditer(TYPE.sub("", text)))


def faults_of(refused: Refusal, institutions: Collection[str] = ()) -> Iterator[str]:
    """What a person would stumble over in a refusal's texts; an English code may be a plain word, as is "filed".

    ``institutions`` are the ids of those that have a name.
    """
    texts = f"{refused.text} {refused.text_zh}"
    yield from (f"the id {each}" for each in institutions if re.search(rf"(?<![\w-]){each}(?![\w-])", texts, re.ASCII))
    spoken = {*WORD.findall(refused.text_zh), *(word for word in WORD.findall(refused.text) if "_" in word)}
    yield from (f"the code {word}" for word in sorted(spoken & CODES))
    yield from in_code(refused.text)
    yield from in_code(refused.text_zh)
    if "None" in refused.text or "None" in refused.text_zh:
        yield "None, which is Python's"
    if "请" not in refused.text_zh:
        yield "nothing to do in Chinese"
    if DO.isdisjoint(word.lower() for word in BEGINNING.findall(refused.text)):
        yield "nothing to do in English"


@contextmanager
def refusals_are_looked_at(institutions: Collection[str] = ()) -> Iterator[None]:
    """Look at each refusal as it is made; raises AssertionError at one that is not for people.

    ``institutions`` are the ids of those that have a name, which is what people call them.
    """
    make = Refusal.__init__

    def made(refused: Refusal, /, **given: object) -> None:
        make(refused, **given)
        faults = [*faults_of(refused, institutions)]
        assert not faults, f"{refused.code} says {', '.join(faults)}: {refused.text} / {refused.text_zh}"

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Refusal, "__init__", made)
        yield
