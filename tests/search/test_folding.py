"""The database folds texts as Python does, so that one finds what the other stored."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from vendors.plain_text import plain

pytestmark = pytest.mark.django_db

#: Latin with all its additions, Greek, Cyrillic, punctuation, digits, and scripts without case.
#: The Greek iota that is written below others is a letter to Python, by itself, and a mark here.
_LETTERS = st.characters(
    min_codepoint=1,
    max_codepoint=0x52F,
    exclude_categories=["Cs"],
    exclude_characters="\N{COMBINING GREEK YPOGEGRAMMENI}",
)
_OTHERS = st.sampled_from("ẠếộữỲẞ株式会社한국어ﬁⅣ½² \N{EN DASH}\N{RIGHT SINGLE QUOTATION MARK}…")


def folded(texts: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT surety_plain(said) FROM unnest(%s::text[]) WITH ORDINALITY AS t(said, at) "
            "ORDER BY at",
            [texts],
        )
        return [said for (said,) in cursor.fetchall()]


def test_marks_that_other_marks_stand_beside_are_folded_alike() -> None:
    marks = [chr(code) for code in (*range(0x346, 0x370), *range(0x483, 0x48A), 0x3099)]
    texts = [f"a{mark}0" for mark in marks]
    assert folded(texts) == [plain(text) for text in texts]


@settings(max_examples=50)
@given(texts=st.lists(st.text(_LETTERS | _OTHERS, max_size=30), min_size=1, max_size=40))
def test_database_and_python_fold_alike(texts: list[str]) -> None:
    assert folded(texts) == [plain(text) for text in texts]
