"""Parties are compared by names, numbers and countries, and found among very many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors.matching.index import Index
from vendors.matching.match import Party, compare
from vendors.matching.normalise import read


def party(
    *names: str,
    country: str = "",
    lei: str = "",
    registration: str = "",
    person: bool | None = False,
) -> Party:
    return Party(
        names=tuple(read(name, is_person=bool(person)) for name in names),
        countries=frozenset({country} - {""}),
        leis=frozenset({lei} - {""}),
        registrations=frozenset({registration} - {""}),
        person=person,
    )


LEI = "529900T8BM49AURSDO55"


def test_the_same_lei_is_enough_under_any_name() -> None:
    found = compare(party("Quillon", lei=LEI), party("Tarvant", lei=LEI))
    assert found is not None
    assert (found.score, found.basis, found.shared) == (0.95, "lei", (LEI,))


def test_the_same_registration_number_counts_less_and_a_name_that_is_the_same_more() -> None:
    numbered = compare(party("Quillon", registration="HRB1"), party("Tarvant", registration="HRB1"))
    named = compare(party("Quillon", registration="HRB1"), party("Quillon", registration="HRB1"))
    assert numbered is not None
    assert named is not None
    assert (numbered.score, numbered.basis) == (0.85, "registration")
    assert (named.score, named.basis) == (1.0, "name")


def test_countries_that_differ_lower_the_score_and_unknown_ones_do_not() -> None:
    long = "Quillon Tarvant Metallwerke"
    abroad = compare(party(long, country="DE"), party(long, country="CU"))
    unknown = compare(party(long, country="DE"), party(long))
    assert abroad is not None
    assert unknown is not None
    assert abroad.score == pytest.approx(0.8)
    assert abroad.countries == "different"
    assert (unknown.score, unknown.countries) == (1.0, "unknown")
    assert compare(party("Puma", country="AT"), party("Puma", country="CU")) is None


def test_a_person_is_no_company_of_the_same_name() -> None:
    assert compare(party("Ilja Tarvanski", person=True), party("Ilja Tarvanski")) is None


def test_an_alias_is_as_good_as_the_name() -> None:
    found = compare(party("Quillon", "Former Tarvant Works"), party("Zumerit", "Tarvant, Former"))
    assert found is not None
    assert (found.query.raw, found.result.raw) == ("Former Tarvant Works", "Tarvant, Former")


def test_an_index_finds_by_pieces_by_sound_and_by_number() -> None:
    index = Index(
        [
            ("pieces", party("Quillon Metallwerke GmbH")),
            ("sound", party("Qaddafi Steel")),
            ("number", party("Something Else", registration="HRB1")),
            ("alias", party("Nothing Like It", "Tarvantneft")),
            ("other", party("Brandis Optik")),
        ]
    )

    def keys(asked: Party) -> list[str]:
        return [found.key for found in index.search(asked)]

    assert keys(party("Quilon Metallwerke")) == ["pieces"]
    assert keys(party("Kadafi Steel")) == ["sound"]
    assert keys(party("Zumerit", registration="HRB1")) == ["number"]
    assert keys(party("OAO Tarvantneft")) == ["alias"]
    assert keys(party("Ltd")) == []
    assert len(index) == 5
    assert index.names == 6


def test_an_empty_index_finds_nothing() -> None:
    assert Index[str]([]).search(party("Quillon")) == []


words = st.text(alphabet=st.sampled_from("abdegiklmnoprstuvz"), min_size=4, max_size=9)


@given(st.lists(st.lists(words, min_size=1, max_size=3), min_size=1, max_size=40), st.data())
def test_whoever_is_listed_is_found_by_its_own_name(
    listed: list[list[str]], data: st.DataObject
) -> None:
    parties = [(number, party(" ".join(name))) for number, name in enumerate(listed)]
    number, asked = data.draw(st.sampled_from([one for one in parties if one[1].names[0].words]))
    found = Index(parties).search(asked)
    same = {key for key, one in parties if one.names[0].sorted_key == asked.names[0].sorted_key}
    assert number in same
    assert same & {one.key for one in found if one.candidate.score > 0.999}
