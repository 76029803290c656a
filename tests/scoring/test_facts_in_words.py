"""What facts say, as people read it."""

from scoring.selectors.facts import sentence

SENTENCES = {"due": "{what} was due on {day}."}


def test_days_are_written_as_elsewhere() -> None:
    said = sentence(SENTENCES, "due", {"what": "The check", "day": "2026-03-09"})
    assert said == "The check was due on 9 Mar 2026."


def test_what_only_looks_like_a_day_stays_as_it_is() -> None:
    said = sentence(SENTENCES, "due", {"what": "2026-13-45", "day": "2026-03-09"})
    assert said == "2026-13-45 was due on 9 Mar 2026."
