"""How the names of both sides of a match are shown, piece by piece."""

import pytest

from vendors.screening_words import pieces

WHY = {"extra_query": [], "extra_result": [], "pairs": [["jaya", "raya", 75, "spelling"]]}


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("Teknik Jaya Sdn. Bhd.", ["same", "alike", "form", "form"]),
        ("Lanting Electronics Co., Ltd.", ["same", "same", "form", "form"]),
        ("Teknik Raya", ["same", "same"]),
        ("Company", ["form"]),
    ],
)
def test_all_words_of_a_legal_form_step_back(name: str, states: list[str]) -> None:
    assert [piece.state for piece in pieces(name, WHY, ours=True)] == states
