"""docs/settings.md is complete."""

from pathlib import Path

from shared.messaging.settings import MessagingSettings


def test_every_setting_is_described() -> None:
    """Each setting stands in docs/settings.md with its default, and no setting there has ceased to exist."""
    rows = {}
    for line in Path("docs/settings.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells and cells[0].startswith("`RISKPOOL_"):
            rows[cells[0].strip("`").removeprefix("RISKPOOL_").lower()] = cells
    fields = MessagingSettings.model_fields
    assert set(rows) == set(fields)
    for name, field in fields.items():
        assert rows[name][2], f"{name} has no description"
        assert (rows[name][1] == "required") == field.is_required()
        if isinstance(field.default, bool | int | float):
            assert rows[name][1].strip("`") == str(field.default).lower()
