"""When to try again (pure): ever longer pauses with some chance in them, over about a day."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

FIRST: Final = timedelta(seconds=5)
#: Each pause is so many times the one before …
FACTOR: Final = 4.0
#: … up to this one.
LONGEST: Final = timedelta(hours=4)
#: So much of a pause is by chance, so that what failed together does not come back together.
JITTER: Final = 0.2


def pause(tries: int, chance: float) -> timedelta:
    """How long to wait after so many tries (1: after the first). `chance` is in [0, 1].

    5 s, 20 s, 80 s, 5 min, 21 min, 1 h 25 min, then 4 h each; up to a fifth shorter or longer.
    """
    # The exponent is bounded: beyond it the longest pause is reached anyway.
    grown = FIRST * FACTOR ** min(max(tries, 1) - 1, 12)
    return min(grown, LONGEST) * (1 + JITTER * (2 * chance - 1))


def asked_for(retry_after: str, *, now: datetime) -> timedelta | None:
    """The pause that a receiver asks for by `Retry-After` (RFC 9110, 10.2.3), within bounds.

    Seconds or a date; None where it says neither, or a moment that has passed.
    """
    said = retry_after.strip()
    if said.isascii() and said.isdigit():
        # Ten digits are three hundred years.
        wanted = timedelta(seconds=int(said[:10]))
    else:
        try:
            moment = parsedate_to_datetime(said)
        except (ValueError, OverflowError):
            return None
        wanted = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    return min(wanted, LONGEST) if wanted > timedelta() else None
