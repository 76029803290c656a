"""What reports and schedules are called."""

from collections.abc import Iterator, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from reports.models import Kind, Report, ReportFile, Schedule
from scoring import portfolio_words

#: Kind of the pill of each status.
PILLS: Final[Mapping[str, str]] = {
    "queued": "waiting",
    "running": "active",
    "ready": "done",
    "failed": "attention",
    "cancelled": "stopped",
    "erased": "stale",
}


#: Media type of each format.
TYPES: Final[Mapping[str, str]] = {
    ReportFile.Format.PDF: "application/pdf",
    ReportFile.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def file_name(report: Report, file_format: str) -> str:
    """What a file is called that somebody fetches."""
    day = report.as_of.isoformat() if report.as_of else ""
    return f"{slugify(title(report))[:80] or report.kind}-{day}.{file_format}"


def title(one: Report | Schedule) -> str:
    """What a report is called, whether it was made or is to be made."""
    if one.kind == Kind.VENDOR and one.vendor is not None:
        return _("Due diligence: %(vendor)s") % {"vendor": one.vendor.name}
    whole = (
        _("Portfolio of %(unit)s") % {"unit": one.unit.name}
        if one.unit is not None
        else _("Portfolio of all units")
    )
    selected = selection(one.filters, one.view_name)
    return f"{whole}: {selected}" if selected else whole


def selection(filters: Mapping[str, str], view_name: str) -> str:
    """What of a portfolio is selected: the view that was named, or the filters in words."""
    return view_name or portfolio_words.said(filters)


#: Name of a filter -> what is said before its value.
_FILTERS: Final[Mapping[str, str | Promise]] = {
    "tier": lazy("Tier"),
    "country": lazy("Country"),
    "owner": lazy("Owner"),
    "category": lazy("Category"),
    "status": lazy("Firmness"),
}


def chosen(filters: Mapping[str, str], owner: str) -> Iterator[tuple[str, str]]:
    """Each filter but the day, by what it is called; `owner`: the name of the person."""
    for name, label in _FILTERS.items():
        if name in filters:
            said = portfolio_words.said({name: filters[name]})
            yield str(label), owner if name == "owner" and owner else said


def scope(one: Report | Schedule) -> str:
    """The units that it covers, in words."""
    if one.unit is not None:
        return one.unit.name
    if isinstance(one, Report) and one.units is not None:
        return _("All units of %(person)s") % {"person": one.asked_by}
    if isinstance(one, Schedule) and one.vendor is not None:
        return _("All units of %(person)s") % {"person": one.owner}
    return _("All units")
