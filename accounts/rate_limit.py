"""How often a client may ask: the figures, and how they are told to it."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings

#: More a minute is no limit any more.
MOST_PER_MINUTE: Final = 1_000_000


@dataclass(frozen=True)
class RateLimit:
    """How much a client may still ask in this window. Seconds."""

    quota: int
    window: int
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """`RateLimit` and `RateLimit-Policy` as in draft-ietf-httpapi-ratelimit-headers-10."""
        return {
            "RateLimit-Policy": f'"client";q={self.quota};w={self.window}',
            "RateLimit": f'"client";r={self.remaining};t={self.reset}',
        }


def parse_rate(rate: str) -> tuple[int, int]:
    """ "600/min" -> (600 requests, 60 seconds)."""
    number, _slash, period = rate.partition("/")
    return int(number), {"s": 1, "m": 60, "h": 3600, "d": 86_400}[period[0]]


def rate_of(per_minute: int | None) -> tuple[int, int]:
    """(requests, seconds) for a client with a limit of its own, or with the one for all (None)."""
    return parse_rate(settings.API_RATE) if per_minute is None else (per_minute, 60)


def above_default(per_minute: int | None) -> bool:
    """Whether that is more than the installation allows everybody."""
    quota, window = parse_rate(settings.API_RATE)
    return per_minute is not None and per_minute * window > quota * 60
