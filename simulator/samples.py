"""A whole message from what is usually said: each field's example, unless something else is said in it."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from types import UnionType
from typing import Annotated, Any, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from shared.contracts.documents import Document, DocumentKind, paper
from shared.contracts.examples import After, Example, Place, Symbol, Titled

Model = TypeVar("Model", bound=BaseModel)
# Names of fields with what is said in them: values, symbols, of a part the same again, of several parts a sequence.
Said = Mapping[str, Any]


class Knowing(Protocol):
    """Whoever knows what a symbol stands for where a message is said."""

    def value_of(self, symbol: Any, beside: Said) -> Any:
        """The symbol's value, or None if there is nothing to be said; ``beside`` are the fields before it."""


def sample(model: type[Model], context: Knowing, said: Said | None = None) -> Model:
    """A valid ``model`` that says what is ``said``, and in its other fields what is usual.

    Raises LookupError for a field that has to be said and has no example, ValidationError for what the model forbids.
    """
    return model.model_validate(_filled(model, context, said or {}, 1))


def example_of(model: type[BaseModel], field: str) -> Any:
    """The example that stands beside the field, as it stands there; None if there is none."""
    found = _example(hints_of(model)[field])
    return None if found is None else found.value


@cache
def hints_of(model: type[BaseModel]) -> Mapping[str, Any]:
    """The types of the model's fields, with all that stands beside them."""
    return get_type_hints(model, include_extras=True)


def part_of(hint: Any) -> tuple[type[BaseModel] | None, bool]:
    """The part that a field with this type holds, if it holds one, and whether it is a list of them.

    A document is no part: it is said as a whole, by its title.
    """
    kind = plain_type(hint)
    is_list = get_origin(kind) is tuple
    kind = plain_type(get_args(kind)[0]) if is_list else kind
    is_part = isinstance(kind, type) and issubclass(kind, BaseModel) and kind is not Document
    return (kind if is_part else None), is_list


def plain_type(hint: Any) -> Any:
    """The type without its metadata, and without the None of what may be left out."""
    if get_origin(hint) is Annotated:
        return plain_type(get_args(hint)[0])
    if get_origin(hint) in {Union, UnionType}:
        return plain_type(next(kind for kind in get_args(hint) if kind is not type(None)))
    return hint


def _example(hint: Any) -> Example | None:
    """The last one counts: a field's own stands behind that of its type."""
    metadata = hint.__metadata__ if get_origin(hint) is Annotated else ()
    return next((found for found in reversed(metadata) if isinstance(found, Example)), None)


def _filled(model: type[BaseModel], context: Knowing, said: Said, place: int) -> dict[str, Any]:
    hints = hints_of(model)
    values: dict[str, Any] = {}
    # What comes after another field waits for it.
    waiting = list(model.model_fields)
    while waiting:
        name = waiting.pop(0)
        found = _example(hints[name])
        part, is_list = part_of(hints[name])
        is_required = model.model_fields[name].is_required()
        if name in said:
            value = said[name]
        elif found is not None and (is_required or found.is_usual):
            value = found.value
        elif is_required and part is not None:
            value = ({},) if is_list else {}
        elif is_required:
            raise LookupError(f"{model.__name__}.{name} has no example")
        else:
            continue
        if isinstance(value, After) and value.field in waiting:
            waiting.append(name)
            continue
        usual = found.value if found is not None else None
        if part is not None and is_list:
            values[name] = _parts(part, context, _resolved(value, context, values, place))
        elif part is not None:
            values[name] = _part(part, context, value, usual, values, place)
        else:
            values[name] = _resolved(value, context, values, place)
    return values


def _part(part: type[BaseModel], context: Knowing, value: Any, usual: Any, beside: dict[str, Any], place: int) -> Any:
    """A part that is said in its fields, the others being its example's."""
    value, usual = (_resolved(each, context, beside, place) for each in (value, usual))
    if not isinstance(value, Mapping):
        return value
    return _filled(part, context, {**(usual if isinstance(usual, Mapping) else {}), **value}, place)


def _parts(part: type[BaseModel], context: Knowing, value: Any) -> tuple[Any, ...]:
    return tuple(
        _filled(part, context, each, place) if isinstance(each, Mapping) else each
        for place, each in enumerate(value, start=1)
    )


def _resolved(value: Any, context: Knowing, beside: Said, place: int) -> Any:
    match value:
        case tuple():
            resolved = (_resolved(each, context, beside, place) for each in value)
            return tuple(each for each in resolved if each is not None)
        case Place():
            return place
        case After():
            return beside[value.field] + timedelta(days=value.days)
        case Titled():
            return paper(DocumentKind(value.kind), value.title.format(**beside))
    return context.value_of(value, beside) if isinstance(value, Symbol) else value
