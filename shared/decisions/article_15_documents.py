"""Article 15: what has to be shown comes with its documents, whoever sends it and under whichever clause."""

from collections.abc import Iterable, Sequence

from shared.contracts.documents import Document, DocumentKind
from shared.contracts.refusals import Refusal, refusal


# accept: ()
def materials_of(kinds: Iterable[DocumentKind], guarantor: str | None) -> tuple[DocumentKind, ...]:
    """Article 15.1. What the rules ask for that there can be: the guarantee contract where there is a guarantor."""
    return tuple(kind for kind in kinds if guarantor is not None or kind is not DocumentKind.GUARANTEE_CONTRACT)


def refuse_unless_enclosed(
    needed: Iterable[DocumentKind], enclosed: Sequence[Document], clause: str
) -> tuple[Refusal, ...]:
    """Article 15.1. Names each missing document; no paper of another kind stands for it, whatever its title.

    ``clause`` is the one that asks for them.
    """
    kinds = [document.kind for document in enclosed]
    instead = f" (enclosed: {', '.join(kind.english for kind in kinds)})" if kinds else ""
    instead_zh = f"（现有：{'、'.join(kind.chinese for kind in kinds)}）" if kinds else ""
    return tuple(
        refusal(
            f"{kind.value}_missing",
            clause,
            f"a document of the kind {kind.english} is missing{instead}; add it, under whatever title it has, and send "
            "again",
            f"缺少材料：{kind.chinese}{instead_zh}；请补充（名称以实际出具为准）后重新提交",
        )
        for kind in needed
        if kind not in kinds
    )
