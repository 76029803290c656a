"""Exports: everything at once, as a file that is made in the background."""

from typing import Any, Final
from uuid import UUID

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import (
    CURSOR,
    LIMIT,
    NOT_FOUND,
    PROBLEMS,
    Moment,
    ProblemDocument,
    limit_of,
    page,
    uuid_of,
)
from accounts.api_bodies import Choice, Id
from accounts.api_files import AnyType, file_answer
from accounts.codings import takes_gzip
from accounts.idempotency import IDEMPOTENCY_KEY, ONCE, once
from accounts.permissions import Permission
from accounts.selectors import units_visible_to
from scoring.api.filters import StandingFilters
from scoring.models import Band, Export, ScoreStatus
from scoring.selectors.exports import export_page, exports_visible_to, needed, rows_of_page
from scoring.services import exports

_READERS: Final = frozenset({Permission.VIEW, Permission.READ_SCORES})
#: Filters that tell something of ratings.
_OF_RATINGS: Final = ("band", "tier", "status")
_TYPES: Final = {
    Export.Format.NDJSON: "application/x-ndjson",
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ExportFilters(StandingFilters):
    """What the export is narrowed down to; what is left out filters nothing."""

    band = Choice(choices=Band.choices, required=False)
    status = Choice(choices=ScoreStatus.choices, required=False)
    unit = Id(required=False, help_text="One business unit alone.")


class ExportIn(serializers.Serializer[Any]):
    """What is wanted."""

    what = Choice(
        choices=Export.What.choices,
        help_text="scores: a row per vendor with its rating, dimensions, coverage and decision. "
        "vendors: a row per vendor as in the list of vendors.",
    )
    format = Choice(choices=Export.Format.choices, default=Export.Format.NDJSON)
    filters = ExportFilters(required=False)


class ExportOut(serializers.Serializer[Any]):
    """An export and how far it is."""

    id = serializers.UUIDField()
    what = serializers.ChoiceField(choices=Export.What.choices)
    format = serializers.ChoiceField(choices=Export.Format.choices)
    filters = serializers.DictField(child=serializers.CharField())
    status = serializers.ChoiceField(choices=Export.Status.choices)
    reason = serializers.CharField(help_text="Why it failed or was cancelled; else empty.")
    rows = serializers.IntegerField(
        allow_null=True, help_text="Rows of the content; while it is running, those so far."
    )
    size = serializers.IntegerField(allow_null=True, help_text="Bytes of the content.")
    sha256 = serializers.CharField(help_text="Of the content, before any gzip; empty: none yet.")
    created_at = Moment()
    started_at = Moment(allow_null=True)
    finished_at = Moment(allow_null=True)
    expires_at = Moment(allow_null=True, help_text="When the file is erased.")
    content = serializers.URLField(allow_null=True, help_text="Where it is fetched, once ready.")


class ExportPage(serializers.Serializer[Any]):
    """A page of exports, the latest first."""

    items = ExportOut(many=True)
    next = serializers.CharField(allow_null=True)


def _told(request: Request, found: list[Export]) -> list[Any]:
    rows = rows_of_page(found)
    return [
        ExportOut(
            {
                **{name: getattr(one, name) for name in _COPIED},
                "rows": rows[one.pk],
                "content": request.build_absolute_uri(reverse("api:export-content", args=[one.pk]))
                if one.status == Export.Status.READY
                else None,
            }
        ).data
        for one in found
    ]


_COPIED: Final = (
    "id", "what", "format", "filters", "status", "reason", "size", "sha256", "created_at",
    "started_at", "finished_at", "expires_at",
)  # fmt: skip


class ExportsView(APIView):
    """Asking for exports, and those that the client has asked for."""

    required_permission = _READERS

    @extend_schema(
        operation_id="list_exports",
        parameters=[CURSOR, LIMIT],
        responses={200: ExportPage, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """List exports"""
        found, following = export_page(
            principal_of(request), after=uuid_of(request, "cursor"), limit=limit_of(request)
        )
        return page(request, _told(request, found), str(following) if following else None)

    @extend_schema(
        operation_id="create_export",
        request=ExportIn,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: ExportOut, **PROBLEMS, **ONCE, 415: ProblemDocument},
    )
    @once
    def post(self, request: Request) -> Response:
        """Ask for an export

        Its rows are those that the lists show to this client, all at one moment, in the order of
        the vendors' ids; vendors that were archived are left out. The answer names where to ask how
        far it is (`Location`); ask every second or two. At most two may be under way at a time, and
        20 be kept.
        """
        asked = ExportIn(data=request.data)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        filters = dict(values.get("filters", {}))
        unit = filters.pop("unit", None)
        principal = principal_of(request)
        may_rate = principal.can(Permission.READ_SCORES)
        if not may_rate and (told := [name for name in _OF_RATINGS if name in filters]):
            words = "Filtering by rating needs the scope scores:read."
            raise ValidationError({"filters": {name: [words] for name in told}})
        visible = units_visible_to(principal, needed(values["what"]))
        if unit is not None and not visible.filter(pk=unit).exists():
            raise ValidationError({"filters": {"unit": ["There is no such business unit."]}})
        if "as_of" in filters:
            filters["as_of"] = filters["as_of"].isoformat()
        made = exports.ask(
            what=values["what"],
            file_format=values["format"],
            filters=filters,
            unit_id=unit,
            by=principal,
        )
        [told_of] = _told(request, [made])
        return Response(
            told_of,
            status=202,
            headers={
                "Location": request.build_absolute_uri(reverse("api:export", args=[made.pk])),
                "Retry-After": "1",
            },
        )


class ExportView(APIView):
    """One export."""

    required_permission = _READERS

    @extend_schema(
        operation_id="get_export",
        responses={200: ExportOut, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Get an export

        How far it is; once it is ready, where its content is, with rows, bytes and SHA-256.
        """
        export = get_object_or_404(exports_visible_to(principal_of(request)), pk=pk)
        return Response(_told(request, [export])[0])

    @extend_schema(operation_id="delete_export", responses={204: None, **PROBLEMS, **NOT_FOUND})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Delete an export

        Stops it while it is under way, and erases its file. What is told of it stays for a month.
        """
        principal = principal_of(request)
        exports.remove(export=get_object_or_404(exports_visible_to(principal), pk=pk), by=principal)
        return Response(status=204)


class ExportContentView(APIView):
    """The file of an export."""

    required_permission = _READERS
    content_negotiation_class = AnyType

    @extend_schema(
        operation_id="get_export_content",
        parameters=[OpenApiParameter("Accept-Encoding", str, OpenApiParameter.HEADER)],
        responses={
            (200, "application/x-ndjson"): OpenApiResponse(
                OpenApiTypes.STR, "A JSON object per line."
            ),
            (200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, "A head and a line per row."),
            (200, _TYPES[Export.Format.XLSX]): OpenApiResponse(
                OpenApiTypes.BINARY, "A workbook of one sheet."
            ),
            **PROBLEMS,
            **NOT_FOUND,
            409: ProblemDocument,
            410: ProblemDocument,
            503: ProblemDocument,
        },
    )
    def get(self, request: Request, pk: UUID) -> StreamingHttpResponse:
        """Fetch the content of an export

        In gzip where `Accept-Encoding` names it. `Content-Length` is always given, so what was cut
        off is noticed. `X-Row-Count` and `X-Content-SHA256` say what the content holds;
        `Repr-Digest` (RFC 9530) is of the bytes as they are sent. 409 until it is ready, 410 once
        the file is erased.
        """
        principal = principal_of(request)
        export = get_object_or_404(exports_visible_to(principal), pk=pk)
        packed = takes_gzip(request.headers.get("Accept-Encoding", ""))
        found = exports.deliver(export=export, packed=packed, by=principal)
        size, sha256 = export.size, export.sha256
        more = {"Vary": "Accept-Encoding"}
        if found.packed:
            size, sha256 = export.stored_size, export.stored_sha256
            more["Content-Encoding"] = "gzip"
        return file_answer(
            found.pieces,
            name=f"surety-{export.what}-{export.created_at.date().isoformat()}.{export.format}",
            content_type=_TYPES[Export.Format(export.format)],
            size=size or 0,
            sha256=sha256,
            **more,
            **{"X-Row-Count": str(export.rows), "X-Content-SHA256": export.sha256},
        )
