"""Reports: ordered, watched, fetched and erased by programs."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponseNotModified, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import (
    CURSOR,
    IF_NONE_MATCH,
    LIMIT,
    NOT_FOUND,
    PROBLEMS,
    ProblemDocument,
    limit_of,
    page,
    uuid_of,
)
from accounts.api_files import AnyType, file_answer, file_tag, is_known
from accounts.idempotency import IDEMPOTENCY_KEY, ONCE, once
from accounts.models import BusinessUnit
from accounts.principal import Principal
from accounts.selectors import units_visible_to
from audit import clock
from reports.api.shapes import ReportIn, ReportOut, ReportPage, told
from reports.models import Report, ReportFile
from reports.selectors import NEEDED, READ, report_page, reports_visible_to
from reports.services import reports
from reports.words import TYPES, file_name
from vendors.models import Vendor
from vendors.selectors import vendors_visible_to

_READERS: Final = frozenset(NEEDED)


class ReportsView(APIView):
    """Ordering reports, and those that the client has ordered."""

    required_permission = _READERS

    @extend_schema(
        operation_id="list_reports",
        parameters=[CURSOR, LIMIT],
        responses={200: ReportPage, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """List reports"""
        found, following = report_page(
            principal_of(request), after=uuid_of(request, "cursor"), limit=limit_of(request)
        )
        return page(request, told(request, found), str(following) if following else None)

    @extend_schema(
        operation_id="create_report",
        request=ReportIn,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: ReportOut, **PROBLEMS, **ONCE, 415: ProblemDocument},
    )
    @once
    def post(self, request: Request) -> Response:
        """Order a report

        A PDF (PDF/UA-1) and a workbook of the same figures, with what this client may read; needs
        scores:read and vendors:read. The portfolio of all units together is for clients of all
        units. The answer names where to ask how far it is (`Location`); ask every second or two. At
        most five may be under way at a time, and 100 be kept.
        """
        wanted = ReportIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        principal = principal_of(request)
        filters = dict(values.get("filters", {}))
        # Today is how it stands.
        if (day := filters.pop("as_of", None)) and day != clock.today():
            filters["day"] = day.isoformat()
        vendor = _vendor(principal, values.get("vendor"))
        unit = _unit(principal, values.get("unit"))
        with translation.override(values["language"]):
            made = reports.ask(vendor=vendor, unit=unit, filters=filters, by=principal)
        [told_of] = told(request, [made])
        return Response(
            told_of,
            status=202,
            headers={
                "Location": request.build_absolute_uri(reverse("api:report", args=[made.pk])),
                "Retry-After": "1",
            },
        )


def _vendor(principal: Principal, pk: UUID | None) -> Vendor | None:
    if pk is None:
        return None
    found = vendors_visible_to(principal, READ).filter(pk=pk).first()
    if found is None:
        raise ValidationError({"vendor": ["There is no such vendor."]})
    return found


def _unit(principal: Principal, pk: UUID | None) -> BusinessUnit | None:
    if pk is None:
        return None
    found = units_visible_to(principal, READ).filter(pk=pk).first()
    if found is None:
        raise ValidationError({"unit": ["There is no such business unit."]})
    return found


def _found(request: Request, pk: UUID) -> Report:
    rows = reports_visible_to(principal_of(request)).prefetch_related("files")
    return get_object_or_404(rows, pk=pk)


class ReportView(APIView):
    """One report."""

    required_permission = _READERS

    @extend_schema(operation_id="get_report", responses={200: ReportOut, **PROBLEMS, **NOT_FOUND})
    def get(self, request: Request, pk: UUID) -> Response:
        """Get a report

        How far it is; once it is ready, where its files are, with bytes and SHA-256.
        """
        return Response(told(request, [_found(request, pk)])[0])

    @extend_schema(operation_id="delete_report", responses={204: None, **PROBLEMS, **NOT_FOUND})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Delete a report

        Stops it while it is under way, and erases its files. What is told of it stays.
        """
        reports.remove(report=_found(request, pk), by=principal_of(request))
        return Response(status=204)


class _FileView(APIView):
    """A file of a report."""

    required_permission = _READERS
    content_negotiation_class = AnyType
    file_format: ReportFile.Format

    def send(self, request: Request, pk: UUID) -> StreamingHttpResponse | HttpResponseNotModified:
        report = _found(request, pk)
        there = [one for one in report.files.all() if one.format == self.file_format]
        if report.status == Report.Status.READY and there and is_known(request, there[0].sha256):
            return HttpResponseNotModified(headers={"ETag": file_tag(there[0].sha256)})
        got = reports.deliver(report=report, file_format=self.file_format, by=principal_of(request))
        return file_answer(
            got.pieces,
            name=file_name(report, self.file_format),
            content_type=TYPES[self.file_format],
            size=got.file.size,
            sha256=got.file.sha256,
        )


def _answers(file_format: ReportFile.Format, words: str) -> dict[Any, Any]:
    return {
        (200, TYPES[file_format]): OpenApiResponse(OpenApiTypes.BINARY, words),
        304: None,
        **PROBLEMS,
        **NOT_FOUND,
        409: ProblemDocument,
        410: ProblemDocument,
        503: ProblemDocument,
    }


class ReportPdfView(_FileView):
    """The paper."""

    file_format = ReportFile.Format.PDF

    @extend_schema(
        operation_id="get_report_pdf",
        parameters=[IF_NONE_MATCH],
        responses=_answers(ReportFile.Format.PDF, "PDF/UA-1."),
    )
    def get(self, request: Request, pk: UUID) -> StreamingHttpResponse | HttpResponseNotModified:
        """Fetch a report as PDF

        With `Content-Length`, `ETag` and `Repr-Digest` (RFC 9530), the SHA-256 that the report
        names. 409 until it is ready, 410 once the files are erased.
        """
        return self.send(request, pk)


class ReportWorkbookView(_FileView):
    """The workbook."""

    file_format = ReportFile.Format.XLSX

    @extend_schema(
        operation_id="get_report_workbook",
        parameters=[IF_NONE_MATCH],
        responses=_answers(ReportFile.Format.XLSX, "A workbook with a live table per sheet."),
    )
    def get(self, request: Request, pk: UUID) -> StreamingHttpResponse | HttpResponseNotModified:
        """Fetch a report as a workbook

        With the same headers as the PDF, and the same figures.
        """
        return self.send(request, pk)
