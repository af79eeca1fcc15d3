"""The words of a command: its fields, as people would write them, and those of its parts.

A word is a field's name without its unit. Those of a part are the command's own; where two would be the same, they say
whose they are: the number of an agreement is the ``agreement number``.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, get_args, get_origin
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, Field, WrapValidator, create_model

from scenarios.player.words import (
    Count,
    Day,
    Fen,
    Instant,
    Listed,
    Percent,
    Ratio,
    Words,
    YesNo,
    choice,
    no_such_word,
    pair_of_choices,
    word_of,
)
from shared.contracts.documents import Document, DocumentKind, paper
from shared.contracts.examples import Called, CodeOf, DataOf, FromContext, IdOf, Party
from shared.contracts.registry import rules as registry_rules
from shared.contracts.registry.words import InstitutionData
from shared.contracts.words import InstitutionId, OfficerId, Uscc
from simulator.message_context import person_of
from simulator.parties import INSTITUTION_OF
from simulator.samples import example_of, hints_of, part_of, plain_type

LEFT_OUT, AS_USUAL, WITHOUT = "none", "yes", "without"
_UNITS = ("_fen", "_bp", "_on", "_at", "_sha256", "_min", "_max")
# They say too little without the part that they are of.
_OF_THEIR_PART = frozenset({"number", "name", "title", "document", "kind"})
_PARTIES = {**{party.value: party for party in Party}, "other institution": Party.OTHER_LENDER}
_IDS = (get_args(InstitutionId)[1], get_args(OfficerId)[1])
_CODE = get_args(Uscc)[1]
# What is said of an institution beside who it is; its keys are its own.
_OF_INSTITUTION = frozenset({"name", "uscc"})
# Who rotates a key, or has lost one, says it in other words.
_UNSPOKEN = frozenset({FromContext.PUBLIC_KEY, FromContext.KEY_ID})

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Word:
    """Where in a command a word is said, and how it is read. ``names_message``: it is the name of another message."""

    path: Path
    reading: Any
    names_message: bool = False


@dataclass(frozen=True)
class _Found:
    """A field that has a word, and what it can be called, the shortest first."""

    words: Sequence[str]
    word: Word


def vocabulary(model: type[BaseModel]) -> Mapping[str, Word]:
    """The words of a command or a part, in the order of their fields."""
    found = list(_fields(model, (), ""))
    chosen: dict[str, _Found] = {}
    for depth in sorted({len(each.word.path) for each in found}):
        here = [each for each in found if len(each.word.path) == depth]
        counts = [Counter(words) for words in zip(*(each.words for each in here), strict=True)]
        for each in here:
            free = (word for word, count in zip(each.words, counts, strict=True) if count[word] == 1)
            chosen[next(word for word in free if word not in chosen)] = each
    words = {id(each): word for word, each in chosen.items()}
    return {words[id(each)]: each.word for each in found}


def with_words(name: str, words: Mapping[str, Word], base: type[Words]) -> type[Words]:
    """``base`` with further words, none of which has to be said."""
    fields: dict[str, Any] = {word.replace(" ", "_"): (each.reading, Field(None)) for word, each in words.items()}
    return create_model(name, __base__=base, **fields)


def said_in(words: Words, meanings: Mapping[str, Word]) -> dict[str, Any]:
    """What the words that are said put into the fields of their command; names of messages are left out."""
    said: dict[str, Any] = {}
    for word, each in meanings.items():
        name = word.replace(" ", "_")
        if name in words.model_fields_set and not each.names_message:
            put(said, each.path, getattr(words, name))
    return said


def put(said: dict[str, Any], path: Path, value: Any) -> None:
    """Say ``value`` in the field at ``path``."""
    place: Any = said
    for here, below in pairwise(path):
        # A word stands for the only part of a list, never for one of several.
        place = place[0] if here == 0 else place.setdefault(here, ({},) if below == 0 else {})
    place[path[-1]] = value


def _fields(model: type[BaseModel], path: Path, of: str) -> Iterator[_Found]:
    hints = hints_of(model)
    for name in model.model_fields:
        hint, here = hints[name], (*path, name)
        example = example_of(model, name)
        if plain_type(hint) is UUID or (isinstance(example, FromContext) and example in _UNSPOKEN):
            continue
        if model is InstitutionData and name not in _OF_INSTITUTION:
            continue
        if isinstance(example, tuple) and len(example) > 1 and _holds_documents(hint):
            yield _Found((WITHOUT,) * 4, Word(here, _all_but(example)))
            continue
        part, is_list = part_of(hint)
        is_required = model.model_fields[name].is_required()
        reading = _reading(name, hint, example, is_required=is_required)
        if reading is not None:
            names_message = name.endswith("_sha256")
            yield _Found(_words(name, hint, of), Word(here, reading, names_message=names_message))
        if part is not None and not issubclass(part, registry_rules.Ratio) and not (is_list and reading is not None):
            yield from _fields(part, (*here, 0) if is_list else here, word_of(name.removesuffix("s")))


def _words(name: str, hint: Any, of: str) -> tuple[str, ...]:
    """What a field can be called, by itself, in full, and with the part that it is of."""
    unit = next((unit for unit in _UNITS if name.endswith(unit)), "")
    called = next((mark.word for mark in reversed(_marks(hint)) if isinstance(mark, Called)), None)
    short, full = called or word_of(name.removesuffix(unit)), called or word_of(name)
    if name in _OF_THEIR_PART:
        short, full = f"{of} {short}".strip(), f"{of} {full}".strip()
    return short, full, f"{of} {short}".strip(), f"{of} {full}".strip()


def _reading(name: str, hint: Any, example: Any, *, is_required: bool) -> Any:
    """How the word of a field is read; None for a part whose own words are said."""
    part, is_list = part_of(hint)
    kind = plain_type(hint)
    if example is FromContext.PERSON:
        return Annotated[Any, BeforeValidator(_person)]
    if part is InstitutionData:
        return Annotated[Any, BeforeValidator(_institution)]
    if part is not None and issubclass(part, registry_rules.Ratio):
        return Annotated[Ratio, AfterValidator(_weights)]
    if part is not None:
        is_one = is_list and (is_required if example is None else len(example) == 1)
        return None if is_one or not is_list else _list_of(part)
    if kind is Document:
        reading: Any = Annotated[Any, BeforeValidator(_document(example))]
    elif get_origin(kind) is tuple:
        reading = _several(name, get_args(kind)[0], example)
    else:
        reading = _scalar(name, kind, hint)
    is_several = get_origin(kind) is tuple
    if is_required and not is_several:
        return reading
    return Annotated[reading, WrapValidator(_or_nothing(() if is_several else None))]


def _scalar(name: str, kind: Any, hint: Any) -> Any:
    if kind is int:
        return Fen if name.endswith("_fen") else Percent if name.endswith("_bp") else Count
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return Annotated[kind, choice(kind)]
    if get_origin(kind) is tuple:
        return Annotated[kind, pair_of_choices(get_args(kind)[0])]
    by_kind = {bool: YesNo, date: Day, AwareDatetime: Instant}
    if kind in by_kind:
        return by_kind[kind]
    marks = _marks(hint)
    if any(mark in marks for mark in _IDS):
        return Annotated[Any, BeforeValidator(_id)]
    if _CODE in marks:
        return Annotated[Any, BeforeValidator(_code)]
    if kind is not str:
        raise TypeError(f"nobody has said yet how a scenario writes {name}, a {kind}")
    return str


def _marks(hint: Any) -> tuple[Any, ...]:
    """All metadata of the type and of what it is made of."""
    own = hint.__metadata__ if get_origin(hint) is Annotated else ()
    return (*own, *(mark for inner in get_args(hint) for mark in _marks(inner)))


def _several(name: str, hint: Any, example: Any) -> Any:
    if plain_type(hint) is Document:
        reading: Any = Annotated[Any, BeforeValidator(_document(example[0] if example else None))]
    else:
        reading = _scalar(name, plain_type(hint), hint)
    return Annotated[tuple[reading, ...], Listed]


def _list_of(part: type[BaseModel]) -> Any:
    meanings = vocabulary(part)
    model: Any = with_words(part.__name__, meanings, Words)
    return tuple[Annotated[model, AfterValidator(lambda words: said_in(words, meanings))], ...]


def _holds_documents(hint: Any) -> bool:
    return get_origin(plain_type(hint)) is tuple and plain_type(get_args(plain_type(hint))[0]) is Document


def _all_but(usual: Sequence[Any]) -> Any:
    """Of several documents of different kinds those are said that don't come along."""
    by_kind = {getattr(each, "value", each).kind: each for each in usual}
    kinds = tuple[Annotated[DocumentKind, choice(DocumentKind)], ...]
    left = AfterValidator(lambda missing: tuple(each for kind, each in by_kind.items() if kind not in missing))
    return Annotated[kinds, Listed, left]


def _document(example: Any) -> Callable[[Any], Any]:
    """A document is said by its title; what kind it is says the example."""
    kind = DocumentKind(getattr(example, "kind", DocumentKind.OTHER))
    return lambda given: example if given == AS_USUAL and example is not None else paper(kind, str(given))


def _institution(given: Any) -> Any:
    if given not in _PARTIES:
        raise no_such_word(given, "no party", _PARTIES)
    return DataOf(_PARTIES[given])


def _person(given: Any) -> str:
    """Who an officer is, who is named as it speaks: ``cooperating institution/planner``."""
    party, _, officer = str(given).partition("/")
    return person_of(INSTITUTION_OF[_institution(party).party], officer.replace(" ", "-"))


def _code(given: Any) -> Any:
    return CodeOf(_PARTIES[given]) if given in _PARTIES else str(given)


def _id(given: Any) -> Any:
    return IdOf(_PARTIES[given]) if given in _PARTIES else str(given).replace(" ", "-")


def _weights(ratio: tuple[int, int]) -> Mapping[str, int]:
    fiscal_weight, social_weight = ratio
    return {"fiscal_weight": fiscal_weight, "social_weight": social_weight}


def _or_nothing(nothing: Any) -> Callable[[Any, Callable[[Any], Any]], Any]:
    return lambda given, read: nothing if given == LEFT_OUT else read(given)
