"""What facts say, as people read it."""

from scoring.fact_words import inputs_in_words
from scoring.selectors.facts import sentence

SENTENCES = {"due": "{what} was due on {day}."}


def test_days_are_written_as_elsewhere() -> None:
    said = sentence(SENTENCES, "due", {"what": "The check", "day": "2026-03-09"})
    assert said == "The check was due on 9 Mar 2026."


def test_what_only_looks_like_a_day_stays_as_it_is() -> None:
    said = sentence(SENTENCES, "due", {"what": "2026-13-45", "day": "2026-03-09"})
    assert said == "2026-13-45 was due on 9 Mar 2026."


def test_amounts_are_figures_and_no_days_though_they_have_eight_digits() -> None:
    said = dict(inputs_in_words("financial", {"lines": {"total_assets": "25301128"}}))
    assert list(said.values()) == ["25,301,128"]
    assert dict(inputs_in_words("liability", {"limit": "12000000"})) == {"Limit": "12,000,000"}
    assert dict(inputs_in_words("liability", {"name": "20260331"})) == {"Name": "20260331"}


def test_of_a_statement_that_was_declined_only_that_and_its_year_are_shown() -> None:
    recorded = {"fiscal_year": 2025, "months": 12, "source": "estimate", "declined": True}
    said = dict(inputs_in_words("financial", {"statement": recorded}))
    assert list(said.values()) == ["2025", "yes"]
