"""What the views of the API share: query parameters, pages, and answers that may be unchanged."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils.cache import get_conditional_response
from django.utils.dateparse import parse_date, parse_datetime
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_bodies import DAY, ID
from audit import paging

#: What went wrong (RFC 9457). Not a class: a serializer's own `errors` is in the way of the member.
ProblemDocument = inline_serializer(
    "Problem",
    {
        "type": serializers.CharField(),
        "title": serializers.CharField(),
        "status": serializers.IntegerField(),
        "detail": serializers.CharField(),
        "errors": serializers.ListField(
            child=serializers.DictField(child=serializers.CharField()), required=False
        ),
    },
)

MOST = 500
PAGE = 100
_LONGEST_CURSOR = 2_000

LIMIT = OpenApiParameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE},
    description="How many at most.",
)
CURSOR = OpenApiParameter(
    "cursor",
    {"type": "string", "maxLength": _LONGEST_CURSOR},
    description="`next` of the page before; empty or left out: the first page.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of the answer before: 304 where it would say the same.",
)
#: Every view may answer with these.
PROBLEMS: dict[int, Any] = {
    400: ProblemDocument,
    401: ProblemDocument,
    403: ProblemDocument,
    406: ProblemDocument,
    429: ProblemDocument,
}
NOT_FOUND: dict[int, Any] = {404: ProblemDocument}


def limit_of(request: Request) -> int:
    """The page length asked for. ValidationError names the parameter."""
    text = request.query_params.get("limit", str(PAGE))
    readable = text.isascii() and text.isdecimal() and len(text) <= len(str(MOST))
    if not readable or not 1 <= int(text) <= MOST:
        raise ValidationError({"limit": [f"Give a number from 1 to {MOST}."]})
    return int(text)


def text_of(request: Request, name: str) -> str:
    """A parameter that is any text a database can hold; "" when left out."""
    value = request.query_params.get(name, "")
    if "\x00" in value:
        raise ValidationError({name: ["This holds a character that cannot be looked for."]})
    return value


def choice_of(request: Request, name: str, allowed: Iterable[str]) -> str:
    """A parameter that takes one of a few values; "" when left out."""
    value = request.query_params.get(name)
    known = list(allowed)
    if value is None or value in known:
        return value or ""
    raise ValidationError({name: [f"Give one of: {', '.join(known)}."]})


def uuid_of(request: Request, name: str) -> UUID | None:
    """A parameter that is an id; None when left out."""
    # A program that pages in a loop may begin with a cursor that is empty.
    value = (cursor_of(request) or None) if name == "cursor" else request.query_params.get(name)
    if value is None:
        return None
    if not ID.fullmatch(value):
        raise ValidationError({name: ["This is not an id that a page before has given."]})
    return UUID(value)


def day_of(request: Request, name: str) -> date | None:
    """A parameter that is a day; None when left out."""
    value = request.query_params.get(name)
    try:
        day = parse_date(value) if value is not None and DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if value is not None and day is None:
        raise ValidationError({name: ["Give a day as YYYY-MM-DD."]})
    return day


def moment_of(request: Request, name: str) -> datetime | None:
    """A parameter that is a time, with its zone; None when left out."""
    value = request.query_params.get(name)
    if value is None:
        return None
    try:
        # A plus sign that was not escaped arrives as a space.
        moment = parse_datetime(value.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValidationError({name: ["Give a time as 2026-01-31T12:00:00Z."]})
    return moment


def cursor_of(request: Request) -> str:
    """The cursor sent; "" when left out. What it means is known to the view alone."""
    value: str = request.query_params.get("cursor", "")
    if len(value) > _LONGEST_CURSOR:
        raise ValidationError({"cursor": ["No page before has given this."]})
    return value


def keyset_cursor_of(request: Request, keys: Sequence[str]) -> str | None:
    """The cursor of a page that `audit.paging` has ordered by `keys`; None for the first page."""
    value = cursor_of(request)
    if value and not paging.is_cursor(value, keys):
        raise ValidationError({"cursor": ["No page before has given this."]})
    return value or None


def page(request: Request, items: Any, following: str | None) -> Response:
    """A page with the cursor of the next one, also as a Link header (RFC 8288)."""
    response = Response({"items": items, "next": following})
    if following:
        query = {**request.query_params.dict(), "cursor": following}
        link = request.build_absolute_uri(f"{request.path}?{urlencode(query)}")
        response.headers["Link"] = f'<{link}>; rel="next"'
    return response


def etag(*parts: Any) -> str:
    """A tag that differs when any of the parts does."""
    text = "\x1f".join(str(part) for part in parts)
    return f'"{sha256(text.encode()).hexdigest()[:32]}"'


def unless_unchanged(request: Request, tag: str, data: dict[str, Any]) -> Any:
    """`data` with its ETag, or 304 when the caller has it already (If-None-Match)."""
    return _tagged(request, tag, Response(data))


def unless_same_page(request: Request, found: Response) -> Any:
    """A page with an ETag over all that it says, or 304 when the caller has it already."""
    return _tagged(request, etag(json.dumps(found.data, default=str)), found)


def _tagged(request: Request, tag: str, response: Response) -> Any:
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    return get_conditional_response(request._request, etag=tag, response=response)  # noqa: SLF001 - a DRF response is rendered later, but carries its headers


def pointers(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Messages of a nested error structure, each with the JSON pointer of its field."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            escaped = str(key).replace("~", "~0").replace("/", "~1")
            yield from pointers(value, path if key == "non_field_errors" else f"{path}/{escaped}")
    elif isinstance(detail, list | tuple):
        for index, value in enumerate(detail):
            deeper = f"{path}/{index}" if isinstance(value, dict | list) else path
            yield from pointers(value, deeper)
    else:
        yield {"pointer": path, "detail": str(detail)}


def moment(value: datetime | None) -> str | None:
    """A time in UTC with a Z (RFC 3339), whatever the reader's time zone."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")


class Moment(serializers.DateTimeField):
    """A time in UTC (RFC 3339)."""

    def to_representation(self, value: datetime | None) -> Any:
        """As `moment` writes it."""
        return moment(value)
