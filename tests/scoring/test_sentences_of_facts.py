"""Sentences of indicators: in the reader's words, also those within them, and about one thing."""

from django.utils.translation import override

from scoring.facts.registry import SOURCES
from scoring.selectors.facts import sentence


def test_one_thing_is_not_spoken_of_as_many() -> None:
    words = SOURCES["ip_schedule"].sentences
    assert sentence(words, "audited", {"count": 1}).startswith("The one site in use has ")
    assert sentence(words, "audited", {"count": 3}).startswith("All 3 sites in use have ")
    assert sentence(words, "pending", {"count": 1}) == "Applied for and not registered yet: 1."


def test_words_for_one_thing_stand_beside_a_sentence_about_many() -> None:
    for source in SOURCES.values():
        for code in source.sentences:
            assert not code.endswith("_one") or code.removesuffix("_one") in source.sentences


def test_how_bad_an_incident_was_is_said_in_the_readers_language() -> None:
    words = SOURCES["incidents"].sentences
    values = {"title": "Theft", "severity": "serious", "share": 40}
    assert sentence(words, "open", values) == "“Theft” (serious) is open and counts 40 of 100."
    with override("de"):
        assert sentence(words, "open", values) == (
            "„Theft“ (schwerwiegend) ist offen und zählt 40 von 100."
        )
