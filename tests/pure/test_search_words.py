"""What a search marks and forgives, for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.words import Piece, excerpt, holds, marked, read, resembles
from vendors.plain_text import plain, swapped

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=300)


def said(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def hits(pieces: list[Piece]) -> list[str]:
    return [piece.text for piece in pieces if piece.hit]


@given(TEXTS, st.text(max_size=40))
def test_marking_changes_no_letter(text: str, looked_for: str) -> None:
    assert said(marked(text, read(looked_for).words)) == text


@given(TEXTS, st.text(max_size=40))
def test_an_excerpt_is_short_and_out_of_the_text(text: str, looked_for: str) -> None:
    shown = said(excerpt(text, read(looked_for).words, width=80))
    assert len(shown) <= 84
    assert shown.removeprefix("… ").removesuffix(" …") in " ".join(text.split())


@given(st.text(st.sampled_from("abcäöüßéñ "), min_size=3, max_size=40))
def test_what_a_text_holds_is_marked_in_it(text: str) -> None:
    words = [word for word in plain(text).split() if len(word) >= 3]
    pieces = marked(text, words)
    assert holds(plain(text), words)
    assert bool(hits(pieces)) == bool(words)


@pytest.mark.parametrize(
    ("text", "looked_for", "found"),
    [
        ("Müller Formenbau GmbH", "muller", ["Müller"]),
        ("Müller Formenbau GmbH", "MUELLER", ["Müller"]),
        ("Formenbau Straße", "strass", ["Straße"]),
        ("Nguyễn Văn Precision", "nguyen prec", ["Nguyễn", "Prec"]),
        ("Helix Moulding", "moudling", ["Moulding"]),
        ("Abba, Cab", "ab", ["Ab"]),
    ],
)
def test_accents_spellings_and_typing_errors_are_marked(
    text: str, looked_for: str, found: list[str]
) -> None:
    assert hits(marked(text, read(looked_for).words)) == found


def test_an_excerpt_begins_shortly_before_what_was_found() -> None:
    text = "word " * 100 + "needle " + "word " * 100
    shown = excerpt(text, ("needle",), width=100)
    assert hits(shown) == ["needle"]
    assert said(shown).startswith("… word")


@given(st.text(st.sampled_from("abcde"), max_size=8))
def test_exchanging_two_letters_changes_only_their_order(word: str) -> None:
    for one in swapped(word):
        assert one != word
        assert sorted(one) == sorted(word)
        assert word in swapped(one)


def test_one_letter_is_too_short_and_nothing_at_all_is_not() -> None:
    assert read(" x ").too_short
    assert read("?!").too_short
    assert not read("").too_short
    assert not read("ab").too_short


def test_short_words_forgive_no_error_and_long_ones_two() -> None:
    assert not resembles("cab", ("cat",))
    assert resembles("subcontractor", ("subcontarctr",))
    assert not resembles("subcontractor", ("sabcantarctr",))
