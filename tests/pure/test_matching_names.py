"""Names are read without case, accents, order and legal form, and compared with reasons."""

import unicodedata
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vendors.matching import words
from vendors.matching.match import budget, compare_names, is_alert, threshold
from vendors.matching.normalise import Name, organisation, person, read
from vendors.matching.phonetic import key

#: Invented, each with what it shows.
ALIKE = [
    ("Quillon Metallwerke GmbH", "Quillon Metallwerke Gesellschaft mit beschränkter Haftung"),
    ("QUILLON METALLWERKE", "Quillon Metallwerke GmbH"),
    ("Quillon Metalwerke GmbH", "Quillon Metallwerke GmbH"),
    ("Tarvanta Joynt Stock Company", "JSC Tarvanta"),
    ("OAO Tarvantneft", "Tarvantneft JSC"),
    ("\u041e\u041e\u041e «Тарвант»", "Tarvant OOO"),
    ("Órbita Cerâmica S.A.", "Orbita Ceramica SA"),
    ("Brightwater and Sons Ltd", "Brightwater & Sons Limited"),
    ("Van der Hoolt BV", "Vanderhoolt B.V."),
    ("HooltAG", "Hoolt AG"),
    ("Second Orbital Bank", "2nd Orbital Bank"),
    ("Orbital Fund Seven", "Orbital Fund VII"),
    ("Zumerit Intl Trading Co., Ltd.", "ZUMERIT INTERNATIONAL TRADING COMPANY LIMITED"),
    ("株式会社タルバント", "タルバント株式会社"),
    ("Sp. z o.o. Grzebnik", "GRZEBNIK Spółka z ograniczoną odpowiedzialnością"),
]
DIFFERENT = [
    ("Quillon Metallwerke GmbH", "Brandis Metallwerke GmbH"),
    ("Orbital Trading Co Ltd", "Zumerit Trading Co Ltd"),
    ("Tarvant Foundation", "Tarvant Logistics Ltd"),
    ("Quillon Denmark A/S", "Quillon Japan Inc."),
    ("Quillon Litigation Services", "Quillon Seed Services"),
    ("C.B.X. Company", "X.B.C. Company"),
]
ALIKE_PEOPLE = [
    ("Tarvanski, Ilja", "Ilja Tarvanski"),
    ("I. Tarvanski", "Ilja Tarvanski"),
    ("Dr. Ilja Tarvanski", "Ilja Tarvanski"),
    ("Ilja Petrovich Tarvanski", "Tarvanski Ilja Petrovich"),
    ("Ilia Tarvanskiy", "Ilya Tarvanski"),
    ("Илья Тарванский", "Ilya Tarvanskiy"),
    ("Ahmad bin Rashid al-Quill", "Ahmed Rashid Al Quill"),
    ("IljaTarvanski", "Ilja Tarvanski"),
]
DIFFERENT_PEOPLE = [
    ("Ilja Tarvanski", "Boris Tarvanski"),
    ("Ilja Tarvanski", "Ilja Quillon"),
    ("M. Tarvanski", "Ilja Tarvanski"),
]

letters = st.text(alphabet=st.sampled_from("abcdefghijklmnoprstuvwz"), min_size=3, max_size=12)
names = st.lists(letters, min_size=1, max_size=5, unique=True).map(" ".join)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_the_same_organisation_written_otherwise_is_shown(one: str, other: str) -> None:
    assert is_alert(organisation(one), organisation(other))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_another_organisation_is_not_shown(one: str, other: str) -> None:
    assert not is_alert(organisation(one), organisation(other))


@pytest.mark.parametrize(("one", "other"), ALIKE_PEOPLE)
def test_the_same_person_written_otherwise_is_shown(one: str, other: str) -> None:
    assert is_alert(person(one), person(other))


@pytest.mark.parametrize(("one", "other"), DIFFERENT_PEOPLE)
def test_another_person_is_not_shown(one: str, other: str) -> None:
    assert not is_alert(person(one), person(other))


@pytest.mark.parametrize(
    "form", sorted({" ".join(spelling) for spelling in words.legal_forms()} | {"The Company", ""})
)
def test_a_bare_legal_form_alerts_nobody(form: str) -> None:
    nothing = organisation(form)
    assert nothing.words == ()
    for other in ("Quillon Ltd", "Limited", "GmbH & Co. KG", form):
        assert not is_alert(nothing, organisation(other))
        assert not is_alert(organisation(other), nothing)


@pytest.mark.parametrize("name", ["Trading Company Limited", "Holding AG", "Hong Kong Ltd"])
def test_words_that_everybody_uses_alert_nobody_by_themselves(name: str) -> None:
    for other in ("Quillon Trading Co Ltd", "Quillon Holding", "Hong Kong Quillon Limited"):
        assert not is_alert(organisation(name), organisation(other))


def test_a_branch_is_told_apart_by_the_country_in_its_name() -> None:
    found = compare_names(organisation("Banco Quillon"), organisation("Banco Quillon Chile"))
    assert found.lowered == ("country_in_name",)


def test_numbers_that_differ_cost_a_series_its_likeness() -> None:
    found = compare_names(organisation("Quillon Fund IV"), organisation("Quillon Fund V"))
    assert found.lowered == ("numbers",)
    assert found.score == pytest.approx(0.7)


def test_a_word_too_many_in_the_name_asked_for_weighs_more_than_in_the_listed_one() -> None:
    short, long = organisation("Quillon Tarvant"), organisation("Quillon Tarvant Seed")
    assert compare_names(long, short).score == pytest.approx(2 / 2.8)
    assert compare_names(short, long).score == pytest.approx(2 / 2.1)


@pytest.mark.parametrize(
    ("length", "letters_allowed"), [(3, 0), (4, 0), (5, 1), (9, 1), (10, 2), (22, 2), (23, 3)]
)
def test_longer_names_may_differ_in_more_letters(length: int, letters_allowed: int) -> None:
    assert budget(length) == letters_allowed


def test_the_threshold_grows_as_names_get_shorter() -> None:
    marks = [threshold(organisation("q" * length)) for length in range(3, 15)]
    assert marks == sorted(marks, reverse=True)
    assert marks[-1] == pytest.approx(0.7)


@given(names, st.booleans())
def test_a_name_is_the_same_as_itself(name: str, is_person: bool) -> None:
    one = read(name, is_person=is_person)
    assume(one.words)
    assert compare_names(one, one).score == pytest.approx(1)
    assert is_alert(one, one)


@given(names, names, st.booleans())
def test_a_score_lies_between_none_and_one(one: str, other: str, is_person: bool) -> None:
    found = compare_names(read(one, is_person=is_person), read(other, is_person=is_person))
    assert 0 <= found.score <= 1


@given(names, names, st.randoms())
def test_case_accents_and_order_change_nothing(one: str, other: str, random: Random) -> None:
    parts = one.split()
    random.shuffle(parts)
    accented = "".join(
        unicodedata.normalize("NFC", char + "\u0301") if char in "aeiou" else char
        for char in " ".join(parts)
    )
    plain, changed = person(one), person(accented.upper())
    assert sorted(plain.words) == sorted(changed.words)
    listed = person(other)
    assert compare_names(plain, plain).score == pytest.approx(compare_names(changed, plain).score)
    if len(plain.words) == len(listed.words) == 1:
        assert compare_names(plain, listed).score == compare_names(changed, listed).score


@given(letters, letters)
def test_single_words_are_alike_both_ways(one: str, other: str) -> None:
    left, right = person(one), person(other)
    assert compare_names(left, right).score == pytest.approx(compare_names(right, left).score)


@given(
    names,
    st.sampled_from(["Ltd", "GmbH", "S.A.", "LLC", "Co., Ltd.", "\u041e\u041e\u041e", "株式会社"]),
)
def test_the_legal_form_is_no_part_of_the_name(name: str, form: str) -> None:
    bare = organisation(name)
    assume(bare.words and not bare.forms)
    assert organisation(f"{name} {form}").words == bare.words


@given(st.text(max_size=60), st.booleans())
def test_any_text_can_be_read(text: str, is_person: bool) -> None:
    found = read(text, is_person=is_person)
    assert isinstance(found, Name)
    assert all(word.isascii() for word in found.words)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Tschaikow", "Chaikov"), ("Kaddafi", "Qadhafi"), ("Zhukov", "Djukov"), ("Meyer", "Maier")],
)
def test_what_sounds_alike_has_one_key(one: str, other: str) -> None:
    assert key(one.lower()) == key(other.lower())
