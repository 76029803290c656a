"""How often a client may ask: the figures, and how they are told to it."""

from dataclasses import dataclass


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
