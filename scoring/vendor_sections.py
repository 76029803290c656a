"""What is on record of a vendor, as short lists for its page: each line leads to the whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Final, TypeVar

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from audit import clock
from scoring.links import address
from scoring.selectors.vendor_records import (
    SHOWN,
    ContactRecord,
    ContractRecord,
    DocumentRecord,
    FindingRecord,
    IncidentRecord,
    MatchRecord,
    PolicyRecord,
    Records,
    StatementRecord,
    SubcontractRecord,
    TrainedRecord,
)
from vendors import incident_life
from vendors.models import (
    Contract,
    Evidence,
    Finding,
    Incident,
    InsurancePolicy,
    Match,
    Statement,
    Vendor,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing on record. `pill`: kind and words of its state; `band`: how grave, "" for none."""

    title: str
    url: str
    note: str = ""
    pill: tuple[str, str] | None = None
    band: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of records: the first lines, where all of them are, and what to say of none."""

    key: str
    title: str | Promise
    lines: Sequence[Line]
    more: bool
    url: str
    none: str | Promise

    @property
    def count(self) -> str:
        """How many there are, for the index: "5+" where not all were read."""
        return f"{len(self.lines)}+" if self.more else str(len(self.lines))


def sections(vendor: Vendor, records: Records) -> list[Section]:
    """All kinds, what may stop an order first."""

    def of(key: str, rows: Sequence[T], line: Callable[[T], Line]) -> Section:
        title, page, none = _KINDS[key]
        lines = [line(row) for row in rows[:SHOWN]]
        return Section(key, title, lines, len(rows) > SHOWN, _page(page, vendor), none)

    def person(row: ContactRecord | TrainedRecord) -> Line:
        return _trained(row) if isinstance(row, TrainedRecord) else _contact(vendor, row)

    people: list[ContactRecord | TrainedRecord] = [*records.contacts, *records.trained]
    return [
        of("findings", records.findings, _finding),
        of("matches", records.matches, partial(_match, vendor)),
        of("incidents", records.incidents, _incident),
        of("contracts", records.contracts, _contract),
        of("insurance", records.policies, partial(_policy, vendor)),
        of("finances", records.statements, partial(_statement, vendor)),
        of("fourth", records.subcontracts, partial(_subcontract, vendor)),
        of("people", people, person),
        of("documents", records.documents, _document),
    ]


#: Key -> heading, page of all of them, and what an empty list says.
_KINDS: Final[dict[str, tuple[str | Promise, str, str | Promise]]] = {
    "findings": (
        lazy("Open findings"),
        "vendors:findings",
        lazy("None: nothing waits to be put right."),
    ),
    "matches": (
        lazy("Matches with watch-lists"),
        "vendors:screening",
        lazy("None that waits to be decided or was confirmed."),
    ),
    "incidents": (lazy("Incidents"), "vendors:incidents", lazy("None on record.")),
    "contracts": (
        lazy("Contracts"),
        "vendors:contracts",
        lazy("None on record: what protects the intellectual property is not known."),
    ),
    "insurance": (lazy("Insurance"), "vendors:contracts", lazy("No policy on record.")),
    "finances": (
        lazy("Finances"),
        "scoring:finances",
        lazy("No annual statement on record."),
    ),
    "fourth": (
        lazy("Fourth parties"),
        "vendors:fourth_parties",
        lazy("No subcontractor on record."),
    ),
    "people": (
        lazy("People"),
        "vendors:contacts",
        lazy("Nobody on record: add whom to write to."),
    ),
    "documents": (lazy("Documents"), "vendors:vendor_evidence", lazy("No evidence on record.")),
}


def _page(name: str, vendor: Vendor) -> str:
    if name == "vendors:findings":
        return f"{address(name)}?vendor={vendor.pk}"
    return address(name, vendor.pk)


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def _joined(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _until(day: date | None) -> tuple[str, str] | None:
    """The pill of what ends on a day; None while it holds for a while."""
    if day is None:
        return None
    left = (day - clock.today()).days
    if left < 0:
        return "stale", _("Expired")
    return ("attention", _("Ends soon")) if left <= _SOON else None


#: What ends within so many days ends soon.
_SOON: Final = 30


def _finding(row: FindingRecord) -> Line:
    late = row.due_on is not None and row.due_on < clock.today()
    return Line(
        row.title,
        address("vendors:finding", row.pk),
        _joined(
            _("due %(day)s") % {"day": _day(row.due_on)} if row.due_on else "",
            row.owner or _("no owner"),
        ),
        ("attention", _("Overdue")) if late else ("active", str(Finding.Status(row.status).label)),
        row.severity,
    )


def _match(vendor: Vendor, row: MatchRecord) -> Line:
    confirmed = row.status == Match.Status.CONFIRMED
    return Line(
        row.listed_name,
        address("vendors:screening", vendor.pk),
        _joined(row.watch_list, Match.Side(row.side).label),
        ("stopped" if confirmed else "waiting", str(Match.Status(row.status).label)),
    )


def _incident(row: IncidentRecord) -> Line:
    going = row.status in incident_life.OPEN
    return Line(
        row.title,
        address("vendors:incident", row.pk),
        _joined(
            Incident.Severity(row.severity).label,
            _day(row.found_on),
            Incident.Found(row.found_how).label,
        ),
        ("attention" if going else "done", str(Incident.Status(row.status).label)),
    )


def _contract(row: ContractRecord) -> Line:
    kinds = {Contract.Status.IN_FORCE: "done", Contract.Status.DRAFT: "todo"}
    status = Contract.Status(row.status)
    ending = _until(row.term_ends_on) if status == Contract.Status.IN_FORCE else None
    return Line(
        row.title,
        address("vendors:contract", row.pk),
        _joined(
            row.engagement,
            _("until %(day)s") % {"day": _day(row.term_ends_on)} if row.term_ends_on else "",
            _("notice by %(day)s") % {"day": _day(row.notice_on)} if row.notice_on else "",
        ),
        ending or (kinds.get(status, "stopped"), str(status.label)),
    )


def _policy(vendor: Vendor, row: PolicyRecord) -> Line:
    return Line(
        f"{InsurancePolicy.Kind(row.kind).label}: {row.insurer}",
        f"{address('vendors:contracts', vendor.pk)}#insurance",
        _joined(
            f"{number_format(Decimal(row.limit), 0, force_grouping=True)} {row.currency}",
            _("until %(day)s") % {"day": _day(row.expires_on)},
        ),
        _until(row.expires_on) or ("done", str(InsurancePolicy.Status(row.status).label)),
    )


def _statement(vendor: Vendor, row: StatementRecord) -> Line:
    doubt = ("attention", _("Doubt about going concern")) if row.going_concern_doubt else None
    return Line(
        _("Fiscal year %(year)s") % {"year": row.fiscal_year},
        address("scoring:finances", vendor.pk),
        _joined(
            Statement.Source(row.source).label if row.source else "",
            Statement.Scope(row.scope).label,
        ),
        ("stopped", _("Declined to disclose")) if row.declined else doubt,
    )


def _subcontract(vendor: Vendor, row: SubcontractRecord) -> Line:
    words = {
        True: ("done", _("Our terms passed on")),
        False: ("attention", _("Our terms not passed on")),
    }
    return Line(
        row.subcontractor,
        address("vendors:fourth_parties", vendor.pk),
        row.service,
        words.get(row.flowed_down) if row.flowed_down is not None else None,
    )


def _contact(vendor: Vendor, row: ContactRecord) -> Line:
    return Line(
        row.name,
        address("vendors:contacts", vendor.pk),
        _joined(row.position, row.email),
        None if row.is_active else ("stopped", _("Switched off")),
    )


def _trained(row: TrainedRecord) -> Line:
    return Line(
        row.name,
        address("vendors:training_person", row.pk),
        _joined(_("training on record"), row.job),
    )


def _document(row: DocumentRecord) -> Line:
    return Line(
        row.title,
        address("vendors:evidence", row.pk),
        _joined(
            Evidence.Kind(row.kind).label,
            _("valid until %(day)s") % {"day": _day(row.expires_on)} if row.expires_on else "",
        ),
        _until(row.expires_on),
    )
