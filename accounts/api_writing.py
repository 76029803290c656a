"""What views that write share: which version is meant, and what was wrong where."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_answers import NOT_FOUND, PROBLEMS, ProblemDocument, limit_of, page, uuid_of
from audit.errors import Invalid

M = TypeVar("M", bound=Model)

IF_MATCH: Final = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag that was read. Left out: whatever stands is replaced.",
)
WRITTEN: Final[dict[int, Any]] = {
    **PROBLEMS,
    **NOT_FOUND,
    409: ProblemDocument,
    412: ProblemDocument,
    415: ProblemDocument,
}


class Changed(APIException):
    """Somebody else has changed it since it was read."""

    status_code = 412
    default_detail = "This was changed since it was read. Read it again."


def tag_of(version: int) -> str:
    """The ETag of a version."""
    return f'"v{version}"'


def require_match(request: Request, version: int | None) -> None:
    """Raise Changed where `If-Match` names another version than the one that stands."""
    require_tag(request, None if version is None else tag_of(version))


def require_tag(request: Request, tag: str | None) -> None:
    """Raise Changed where `If-Match` does not name the tag of what stands (None: nothing does)."""
    wanted = request.headers.get("If-Match", "").strip()
    if not wanted or (wanted == "*" and tag is not None):
        return
    if tag not in {part.strip() for part in wanted.split(",")}:
        raise Changed


def saved(data: Mapping[str, Any], version: int, *, created: bool) -> Response:
    """What stands now: 201 where it is new."""
    return Response(data, status=201 if created else 200, headers={"ETag": tag_of(version)})


@contextmanager
def pointing() -> Iterator[None]:
    """What a service finds wrong is a problem document that points into the body."""
    try:
        yield
    except Invalid as refused:
        raise ValidationError(nested(refused.extra["errors"])) from refused


def nested(errors: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Messages by dotted name ("registrations.0.number") in the nested form of the framework."""
    found: dict[str, Any] = {}
    for name, messages in errors.items():
        at = found
        for part in name.split("."):
            at = at.setdefault(part, {})
        at.setdefault("non_field_errors", []).extend(messages)
    return found


def listed(
    request: Request, rows: QuerySet[M], shape: Callable[[M], Mapping[str, Any]]
) -> Response:
    """A page of `rows` in the order of their ids."""
    limit = limit_of(request)
    after: UUID | None = uuid_of(request, "cursor")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows.order_by("pk")[: limit + 1])
    following = str(found[limit - 1].pk) if len(found) > limit else None
    return page(request, [shape(row) for row in found[:limit]], following)
