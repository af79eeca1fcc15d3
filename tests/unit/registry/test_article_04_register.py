"""Article 4: what a register holds stays as it was recorded."""

import pytest

from services.registry.domain.article_04_register import refuse_unless_number_is_free


@pytest.mark.clause("4.1")
def test_a_number_that_is_taken_is_told_with_what_has_it() -> None:
    """One fact, one code and one text, whatever it is that was recorded, under the clause that asks for it."""
    assert refuse_unless_number_is_free("working norm", "工作规范", None, "6.2") is None
    refused = refuse_unless_number_is_free("working norm", "工作规范", "GF-1", "6.2")
    assert refused is not None
    assert (refused.code, refused.clause) == ("number_taken", "6.2")
    assert "the working norm GF-1 is recorded" in refused.text
    assert "工作规范 GF-1 已登记" in refused.text_zh
    assert refused.text.endswith("under its own number.")
    later = (", and say so", "，并注明")
    refused_later = refuse_unless_number_is_free("working norm", "工作规范", "GF-1", "6.2", later=later)
    assert refused_later is not None
    assert (refused_later.text, refused_later.text_zh) == (
        f"{refused.text[:-1]}, and say so.",
        f"{refused.text_zh[:-1]}，并注明。",
    )
