"""A refusal says which clause, why, and what to do next, in both languages."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.clauses import citation


class Refusal(BaseModel):
    """One reason why a message was not accepted.

    ``code`` is stable and meant for programs, ``clause`` is our number (article.part), ``citation`` the same for a
    Chinese reader, ``text`` and ``text_zh`` say what is wrong and what to do next.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,60}$")]
    clause: str
    citation: str
    text: str
    text_zh: str


def refusal(code: str, clause: str, text: str, text_zh: str) -> Refusal:
    """A refusal under ``clause``; raises ValueError if that is not a clause of the regulation."""
    return Refusal(code=code, clause=clause, citation=citation(clause), text=text, text_zh=text_zh)
