"""What the views of assessments share: finding one, its tag, and what was wrong where."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import principal_of
from accounts.api_answers import etag
from accounts.api_writing import WRITTEN, require_tag
from accounts.idempotency import ONCE
from accounts.permissions import Permission
from accounts.principal import Principal
from assessments.api.shapes import AssessmentOut
from assessments.errors import Conflict, InvalidAnswers
from assessments.models import Assessment
from assessments.selectors import programs
from assessments.services.programs import holding
from vendors.models import Contact

#: What a step may answer besides the assessment.
STEP: Final[dict[int, Any]] = {**WRITTEN, **ONCE}


def methods(**written: Permission) -> dict[str, Permission]:
    """The permission per method: VIEW for all that are not named."""
    return {**dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), Permission.VIEW), **written}


def found(request: Request, pk: UUID, permission: Permission = Permission.VIEW) -> Assessment:
    """The assessment, where the client holds `permission` for it; else 404."""
    rows = programs.told(principal_of(request), permission).select_related("vendor", "engagement")
    return get_object_or_404(rows, pk=pk)


def shape(row: Assessment, by: Principal) -> dict[str, Any]:
    """An assessment of `programs.told` as it is told to `by`."""
    return dict(AssessmentOut(row, context={"by": by}).data)


def tag_of(data: Any) -> str:
    """The tag of what is told: another one as soon as anything in it is."""
    return etag(JSONRenderer().render(data))


@contextmanager
def as_read(
    request: Request,
    pk: UUID,
    permission: Permission,
    tell: Callable[[Assessment], Any] | None = None,
) -> Iterator[Assessment]:
    """The assessment as it stands, which nobody changes until the block is left.

    404 where the client does not hold `permission` for it; raises Changed where `If-Match` names
    something else than what stands, as `tell` (None: `shape`) tells it.
    """
    with holding(found(request, pk, permission)):
        row = found(request, pk, permission)
        data = tell(row) if tell else shape(row, principal_of(request))
        require_tag(request, tag_of(data))
        yield row


def told(request: Request, pk: UUID, permission: Permission, *, status: int = 200) -> Response:
    """The assessment after a step of a client that holds `permission`."""
    data = shape(found(request, pk, permission), principal_of(request))
    headers = {"ETag": tag_of(data)}
    if status == 201:
        headers["Location"] = request.build_absolute_uri(data["links"]["self"])
    return Response(data, status=status, headers=headers)


def people_asked(vendor_id: UUID, emails: list[str]) -> list[Contact]:
    """The contacts of these addresses. ValidationError points at those who are none."""
    known = programs.contacts_at(vendor_id, emails)
    unknown = {
        str(place): ["The vendor has no active contact with this address."]
        for place, one in enumerate(emails)
        if one.lower() not in known
    }
    if unknown:
        raise ValidationError({"contacts": unknown})
    return list(known.values())


@contextmanager
def pointing_at_question() -> Iterator[None]:
    """A question that takes no evidence is pointed at where it was named."""
    try:
        yield
    except InvalidAnswers as refused:
        raise ValidationError({"question": list(refused.extra["errors"].values())}) from refused


@contextmanager
def pointing_at_answers() -> Iterator[None]:
    """What is wrong with answers is pointed at below `/answers`."""
    try:
        yield
    except InvalidAnswers as refused:
        errors = {key: [words] for key, words in refused.extra["errors"].items()}
        raise ValidationError({"answers": errors}) from refused
    except Conflict as refused:
        refused.extra["errors"] = {
            "answers": {
                one["question"]: {"version": [f"Version {one['version']} stands."]}
                for one in refused.extra["conflicts"]
            }
        }
        raise
