"""Pauses between attempts grow, are bounded, and fill about a day."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks import backoff

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
_chance = st.floats(0, 1)


@given(st.integers(1, 10_000), _chance, _chance)
def test_pauses_never_shrink_by_more_than_their_jitter(
    tries: int, one: float, other: float
) -> None:
    this, following = backoff.pause(tries, one), backoff.pause(tries + 1, other)
    assert following >= this * (1 - backoff.JITTER) / (1 + backoff.JITTER) - timedelta(seconds=1)
    assert timedelta(seconds=4) <= this <= backoff.LONGEST * (1 + backoff.JITTER)


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_about_a_dozen_attempts_fill_a_day(chance: float) -> None:
    spent, tries = timedelta(), 0
    while spent < timedelta(days=1):
        tries += 1
        spent += backoff.pause(tries, chance)
    assert 10 <= tries <= 14


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("Sat, 28 Nov 2026 12:01:30 GMT", 90),
        ("Sat, 28 Nov 2026 11:00:00 GMT", None),
        ("99999999999999999999", 4 * 3600),
        ("Fri, 1 Jan 99999999999 00:00:00 GMT", None),
        ("0", None),
        ("-5", None),
        ("²", None),
        ("", None),
        ("tomorrow", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(said: str, seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert backoff.asked_for(said, now=NOON) == expected


@given(st.text())
def test_whatever_a_receiver_says_the_pause_is_bounded(said: str) -> None:
    asked = backoff.asked_for(said, now=NOON)
    assert asked is None or timedelta() < asked <= backoff.LONGEST
