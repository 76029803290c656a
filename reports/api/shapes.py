"""What is ordered, and what is told of a report."""

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.api_answers import Moment
from accounts.api_bodies import Choice, Id, Text
from reports.api.enums import LANGUAGES, RATED
from reports.models import Kind, Report, ReportFile
from reports.selectors import progress_of_many
from scoring.api.filters import StandingFilters
from scoring.forms.portfolio import FIRST_DAY


class ReportFilters(StandingFilters):
    """What of the portfolio is selected; what is left out filters nothing."""

    category = Text(max_length=60, required=False)
    status = Choice(choices=RATED, required=False, help_text="rated: final or provisional.")

    def validate_as_of(self, value: Any) -> Any:
        """A day that has begun, and that the record can reach."""
        if value < FIRST_DAY:
            raise ValidationError(f"Before {FIRST_DAY} nobody looks back.")
        return super().validate_as_of(value)


class ReportIn(serializers.Serializer[Any]):
    """What is wanted."""

    kind = Choice(
        choices=Kind.choices,
        help_text="vendor: all that is known of one vendor. portfolio: the dashboard, for a board.",
    )
    vendor = Id(required=False, help_text="Which one; of a report on a vendor only.")
    unit = Id(required=False, help_text="One business unit alone.")
    filters = ReportFilters(required=False, help_text="Of a report on the portfolio only.")
    language = Choice(
        choices=LANGUAGES, default=settings.LANGUAGE_CODE, help_text="Of its words and numbers."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A vendor for a report on one, filters for one on the portfolio."""
        if attrs["kind"] == Kind.VENDOR and "vendor" not in attrs:
            raise ValidationError({"vendor": ["Say which vendor."]})
        wrong = "filters" if attrs["kind"] == Kind.VENDOR else "vendor"
        if wrong in attrs:
            raise ValidationError({wrong: [f"A report on a {attrs['kind']} takes none."]})
        return attrs


class ReportFileOut(serializers.Serializer[Any]):
    """One of its files. It stays as it is until it is erased."""

    format = serializers.ChoiceField(choices=ReportFile.Format.choices)
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()
    content = serializers.URLField(help_text="Where it is fetched.")


class ReportOut(serializers.Serializer[Any]):
    """A report and how far it is."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    vendor = serializers.UUIDField(allow_null=True, source="vendor_id")
    unit = serializers.UUIDField(allow_null=True, source="unit_id")
    filters = serializers.DictField(child=serializers.CharField())
    language = serializers.ChoiceField(choices=LANGUAGES)
    status = serializers.ChoiceField(choices=Report.Status.choices)
    reason = serializers.CharField(help_text="Why it failed or was cancelled; else empty.")
    done = serializers.IntegerField(allow_null=True, help_text="Parts made; while it is made.")
    parts = serializers.IntegerField(allow_null=True, help_text="All parts; once that is known.")
    as_of = serializers.DateField(allow_null=True, help_text="The day that it speaks of.")
    created_at = Moment()
    started_at = Moment(allow_null=True)
    finished_at = Moment(allow_null=True)
    expires_at = Moment(allow_null=True, help_text="When the files are erased.")
    files = ReportFileOut(many=True, help_text="Empty until it is ready, and once it is erased.")


class ReportPage(serializers.Serializer[Any]):
    """A page of reports, the latest first."""

    items = ReportOut(many=True)
    next = serializers.CharField(allow_null=True)


_COPIED: Final = (
    "id", "kind", "vendor_id", "unit_id", "language", "status", "reason", "as_of", "created_at",
    "started_at", "finished_at", "expires_at",
)  # fmt: skip


def told(request: Request, found: Sequence[Report]) -> list[Any]:
    """Reports, read with their files, as they are told."""
    far = progress_of_many(found)
    return [
        ReportOut(
            {
                **{name: getattr(one, name) for name in _COPIED},
                "filters": {_OUTSIDE.get(name, name): value for name, value in one.filters.items()},
                "done": far[one.pk].done if one.pk in far else None,
                "parts": far[one.pk].total if one.pk in far else None,
                "files": [_file(request, file) for file in one.files.all()]
                if one.status == Report.Status.READY
                else [],
            }
        ).data
        for one in found
    ]


#: Name of a filter in the address of the dashboard -> its name in the API.
_OUTSIDE: Final = {"day": "as_of"}


def _file(request: Request, file: ReportFile) -> dict[str, Any]:
    address = reverse(f"api:report-{file.format}", args=[file.report_id])
    return {
        "format": file.format,
        "size": file.size,
        "sha256": file.sha256,
        "content": request.build_absolute_uri(address),
    }
