"""The wall between the subjects of a domain, as import-linter asks it (``pyproject.toml``).

A subject is a package of the domain. It imports of another one its ``state`` and nothing else, also not by way of the
modules that collect the subjects; what stands in the domain itself imports no subject, but for those modules.
"""

from collections.abc import Iterator

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class SubjectsContract(Contract):
    """``domain`` is the package whose packages are subjects, ``collectors`` are its modules that may import of any."""

    type_name = "subjects"

    domain = fields.StringField()
    collectors = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002  # import-linter calls it
        """Whether no import goes through the wall."""
        faults = sorted(self._faults(graph))
        return ContractCheck(kept=not faults, metadata={"faults": faults})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each import that goes through the wall, with its line."""
        for fault in check.metadata["faults"]:
            output.print_error(f"- {fault}", bold=False)

    def _faults(self, graph: ImportGraph) -> Iterator[str]:
        domain, collectors = str(self.domain), set(map(str, self.collectors))  # type: ignore[call-overload]  # a list
        subjects = {child for child in graph.find_children(domain) if graph.find_children(child)}
        for importer in graph.find_descendants(domain) - collectors:
            own = next((subject for subject in subjects if f"{importer}.".startswith(f"{subject}.")), None)
            for imported in graph.find_modules_directly_imported_by(importer):
                other = next((subject for subject in subjects if f"{imported}.".startswith(f"{subject}.")), None)
                is_theirs = other is not None and other != own
                is_state = own is not None and imported == f"{other}.state"
                collects_them = own is not None and imported in collectors
                if collects_them or (is_theirs and not is_state):
                    (first, *_) = graph.get_import_details(importer=importer, imported=imported)
                    yield f"{importer} -> {imported} (l.{first['line_number']})"
