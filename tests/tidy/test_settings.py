"""docs/settings.md is complete."""

from enum import Enum
from pathlib import Path
from typing import Any, get_args

from annotated_types import Ge, Gt, Le
from pydantic.fields import FieldInfo

from services.registry.settings import Settings as RegistrySettings


def _rows() -> dict[str, list[str]]:
    """The cells of each setting's row, by its name."""
    rows = {}
    for line in Path("docs/settings.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells and cells[0].startswith("`RISKPOOL_"):
            rows[cells[0].strip("`").removeprefix("RISKPOOL_").lower()] = cells
    return rows


def _bounds(field: FieldInfo) -> str:
    """As the page says them; empty where there are none."""
    metadata = [*field.metadata]
    for annotated in get_args(field.annotation):
        for found in getattr(annotated, "__metadata__", ()):
            metadata += getattr(found, "metadata", [found])
    said: dict[type, Any] = {type(bound): bound for bound in metadata}
    first = f"{said[Ge].ge}" if Ge in said else f"above {said[Gt].gt}," if Gt in said else ""
    return f"{first} to {said[Le].le}" if Le in said else f"from {first}" if first else ""


def test_every_setting_is_described() -> None:
    """Each setting, the registry's too, stands in docs/settings.md with default, bounds and meaning, and no other."""
    rows, fields = _rows(), RegistrySettings.model_fields
    assert set(rows) == set(fields)
    for name, field in fields.items():
        _, default, allowed, meaning = rows[name]
        assert meaning, f"{name} has no description"
        assert (default == "required") == field.is_required()
        if isinstance(field.default, Enum):
            assert default == f"`{field.default.value}`"
            assert allowed == ", ".join(f"`{each.value}`" for each in type(field.default))
        elif isinstance(field.default, bool | int | float | str):
            assert default.strip("`") == str(field.default).lower()
        elif not field.is_required():
            assert default == "none"
        bounds = _bounds(field)
        assert not bounds or allowed == bounds, name
