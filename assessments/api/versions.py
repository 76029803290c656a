"""What is told of everything that is published in versions: questionnaires and scoring methods."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from django.db.models import Model, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api_answers import (
    CURSOR,
    IF_NONE_MATCH,
    LIMIT,
    Moment,
    choice_of,
    etag,
    unless_same_page,
    unless_unchanged,
)
from accounts.api_writing import listed

M = TypeVar("M", bound=Model)

#: Drafts are not told: they have no hash that stays.
VERSION_STATUS: Final = ["published", "retired"]
#: Parameters of each list of versions.
LIST: Final = (
    OpenApiParameter("status", str, enum=VERSION_STATUS),
    CURSOR,
    LIMIT,
    IF_NONE_MATCH,
)


class VersionLine(serializers.ModelSerializer[M]):
    """One version. What a hash names never changes."""

    published_at = Moment()
    retired_at = Moment(allow_null=True)

    class Meta:
        fields: tuple[str, ...] = (
            "content_hash",
            "key",
            "version",
            "title",
            "status",
            "published_at",
            "retired_at",
        )


def page_of(request: Request, rows: QuerySet[M], shape: Callable[[M], Mapping[str, Any]]) -> Any:
    """A page of versions, of the status asked for; 304 when the caller has it already."""
    if status := choice_of(request, "status", VERSION_STATUS):
        rows = rows.filter(status=status)
    return unless_same_page(request, listed(request, rows, shape))


def one_of(request: Request, row: Any, shape: Callable[[Any], Mapping[str, Any]]) -> Any:
    """One version; only its status can ever change."""
    return unless_unchanged(request, etag(row.content_hash, row.status), dict(shape(row)))
