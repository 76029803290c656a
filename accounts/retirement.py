"""Operations of the API that are going away: said in the code once, told in every answer.

A method of a view is marked with `going_away`. From then on its answers carry `Deprecation`
(RFC 9745), `Sunset` (RFC 8594) and a link to what to do, and the description says `deprecated`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, TypeVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import http_date

from accounts.marks import Mark

M = TypeVar("M", bound=Callable[..., Any])
#: What `docs/api.md` promises: nothing goes away sooner than this after it was said.
NOTICE: Final = timedelta(days=183)


@dataclass(frozen=True)
class Retirement:
    """Since when an operation is deprecated, from when on it is gone, and what takes its place."""

    since: date
    gone: date
    instead: str

    def __post_init__(self) -> None:
        if self.gone - self.since < NOTICE:
            raise ValueError(f"Give at least {NOTICE.days} days of notice.")

    def headers(self) -> dict[str, str]:
        """`Deprecation` and `Sunset`: the first moment of each day, UTC."""
        since, gone = (
            int(datetime.combine(day, time.min, UTC).timestamp()) for day in (self.since, self.gone)
        )
        return {"Deprecation": f"@{since}", "Sunset": http_date(gone)}

    def words(self) -> str:
        """A sentence for the description."""
        return f"**Deprecated** since {self.since}, gone from {self.gone} on. {self.instead}"


_RETIREMENT: Final = Mark[Retirement]("retirement")


def going_away(*, since: date, gone: date, instead: str) -> Callable[[M], M]:
    """Mark a method of a view; `instead` is a sentence. Put it above all other decorators.

    ValueError when the notice is shorter than what was promised.
    """
    retirement = Retirement(since, gone, instead)
    return lambda method: _RETIREMENT.put(method, retirement)


def retirement_of(view: Any, method: str) -> Retirement | None:
    """What was said of this method of a view (its class, or one of its instances)."""
    return _RETIREMENT.of(getattr(view, method.lower(), None))


class RetirementMiddleware:
    """Tells whoever asks an operation that is going away, whatever it answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        view = getattr(match.func, "view_class", None) if match else None
        method = "get" if request.method == "HEAD" else str(request.method)
        retirement = retirement_of(view, method)
        if retirement is not None:
            for name, value in retirement.headers().items():
                response.headers[name] = value
            link = f'<{request.build_absolute_uri(reverse("api-docs"))}>; rel="deprecation"'
            there = response.headers.get("Link")
            response.headers["Link"] = f"{there}, {link}" if there else link
        return response
