"""The list of incidents, those of one vendor, and one of them: reported, shown, described anew."""

from collections.abc import Iterable, Iterator
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.units import working_unit
from audit import clock, csv_file, paging
from audit.errors import Invalid
from vendors import incident_life, selectors
from vendors.forms.incidents import IncidentAddForm, IncidentEditForm, IncidentFilter, NoteForm
from vendors.intake import IP_KINDS
from vendors.models import Incident
from vendors.selectors import incidents as reading
from vendors.services import incidents as service
from vendors.services.incidents import FIELDS
from vendors.views.joining import opened, save
from vendors.views.places import crumbs, held_vendor
from vendors.views.saving import Outcome

VIEW = Permission.VIEW
EDIT = Permission.EDIT_FACTS
DECIDE = Permission.DECIDE_FACTS
#: Kind of the pill of each status: what it asks of the reader.
PILLS: Final = {
    "reported": "todo",
    "investigating": "active",
    "confirmed": "attention",
    "remedying": "active",
    "closed": "done",
    "unfounded": "stopped",
}
#: A file that is longer than this is asked for with narrower filters.
MOST_ROWS: Final = 20_000


def line(incident: Incident) -> dict[str, Any]:
    """An incident as lists show it."""
    return {"incident": incident, "pill": PILLS[incident.status]}


def incident_page(incident: Incident) -> str:
    """The address of an incident."""
    return reverse("vendors:incident", args=[incident.pk])


def incident_crumbs(incident: Incident, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page about an incident."""
    own = (incident.title, incident_page(incident))
    if not incident.vendor_known:  # type: ignore[attr-defined]
        return [(_("Incidents"), reverse("vendors:all_incidents")), own, *rest]
    here = (_("Incidents"), reverse("vendors:incidents", args=[incident.vendor_id]))
    return crumbs(incident.vendor, here, own, *rest)


def found(principal: Principal, permission: Permission = VIEW) -> QuerySet[Incident]:
    """The incidents that a page may be about."""
    return reading.with_known_vendors(
        reading.incidents_visible_to(principal, permission), principal
    )


def query_of(request: Request) -> str:
    """The filters in the address, without the page."""
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    return query.urlencode()


@require_safe
@page(VIEW)
def index(request: Request) -> HttpResponse:
    """Incidents that count for the working unit, the latest first, with filters in the address."""
    form = IncidentFilter(request.GET)
    filters = form.filters()
    listed = paging.page(
        reading.incidents(request.principal, working_unit(request), filters),
        keys=("found_on", "id"),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    return render(
        request,
        "vendors/incidents/list.html",
        {
            "filter": form,
            "filtered": filters != reading.Filters(),
            "rows": [line(row) for row in listed.rows],
            "page": listed,
            "csv_url": f"{reverse('vendors:incidents_csv')}?{query_of(request)}",
        },
    )


@require_safe
@page(VIEW)
def csv(request: Request) -> HttpResponseBase:
    """The same list as a file."""
    rows = reading.incidents(
        request.principal, working_unit(request), IncidentFilter(request.GET).filters()
    )
    return _file("incidents.csv", rows.order_by("-found_on", "-pk")[:MOST_ROWS])


@require_safe
@page(VIEW)
def of_vendor(request: Request, pk: UUID) -> HttpResponse:
    """The incidents of one vendor, and of those it passes work to."""
    vendor = held_vendor(request, pk, VIEW)
    rows = list(reading.of_vendor(vendor, request.principal)[:MOST_ROWS])
    return render(
        request,
        "vendors/incidents/of_vendor.html",
        {
            "vendor": vendor,
            "rows": [line(row) for row in rows],
            "below": reading.of_fourth_parties(vendor, request.principal),
            "add_url": reverse("vendors:incident_add", args=[pk])
            if selectors.links_of(vendor, request.principal, EDIT).exists()
            else "",
            "crumbs": crumbs(vendor, (_("Incidents"), "")),
        },
    )


@require_safe
@page(VIEW)
def vendor_csv(request: Request, pk: UUID) -> HttpResponseBase:
    """The incidents of one vendor as a file."""
    vendor = held_vendor(request, pk, VIEW)
    return _file("incidents.csv", reading.of_vendor(vendor, request.principal)[:MOST_ROWS])


def _file(name: str, rows: Iterable[Incident]) -> HttpResponseBase:
    head = (
        _("Vendor"),
        _("Business unit"),
        _("Title"),
        _("Severity"),
        _("Status"),
        _("Disputed"),
        _("Shared"),
        _("How it was found"),
        _("Found on"),
        _("Happened from"),
        _("Happened until"),
        _("Kinds of IP"),
        _("Which assets"),
        _("Measures"),
        _("Open measures"),
        _("Closed on"),
        _("Id"),
    )
    return csv_file.stream(name, head, _cells(rows))


def _cells(rows: Iterable[Incident]) -> Iterator[list[Any]]:
    for row in rows:
        yield [
            row.vendor.name,
            row.unit.name,
            row.title,
            row.get_severity_display(),
            row.get_status_display(),
            _("yes") if row.disputed_on else "",
            _("yes") if row.shared else "",
            row.get_found_how_display(),
            row.found_on.isoformat(),
            row.happened_from.isoformat() if row.happened_from else "",
            row.happened_until.isoformat() if row.happened_until else "",
            "; ".join(kinds(row)),
            row.assets,
            getattr(row, "measures_all", ""),
            getattr(row, "measures_open", ""),
            row.closed_on.isoformat() if row.closed_on else "",
            str(row.pk),
        ]


def kinds(incident: Incident) -> list[str]:
    """The kinds of IP in words."""
    return [str(_(IP_KINDS.get(kind, kind))) for kind in incident.ip_kinds]


@require_safe
@page(VIEW)
def show(request: Request, pk: UUID) -> HttpResponse:
    """One incident: what happened, what is done about it, what proves it, and how it went on."""
    incident = get_object_or_404(found(request.principal), pk=pk)
    return shown(request, incident, NoteForm())


def shown(request: Request, incident: Incident, note_form: NoteForm) -> HttpResponse:
    """The page of an incident, with a note that may have been refused."""
    principal, unit_id = request.principal, incident.unit_id
    is_own = principal.can(VIEW, unit_id)
    edits, decides = principal.can(EDIT, unit_id), principal.can(DECIDE, unit_id)
    is_open = incident.status in incident_life.OPEN
    measures = list(reading.measures_of(incident))
    return render(
        request,
        "vendors/incidents/incident.html",
        {
            **line(incident),
            "vendor": incident.vendor,
            "kinds": kinds(incident),
            "is_own": is_own,
            "is_open": is_open,
            "may_edit": edits and is_open,
            "may_note": edits,
            "steps": _steps(incident, edits=edits, decides=decides),
            "reported_it": incident.reported_by_id == request.user.pk,
            "measures": [{"measure": one, "late": _is_late(one) and is_open} for one in measures],
            "evidence": list(reading.evidence_of(incident)) if is_own else [],
            "timeline": [_entry(one) for one in reading.timeline_of(incident)] if is_own else [],
            "form": note_form,
            "crumbs": [*incident_crumbs(incident)[:-1], (incident.title, "")],
        },
    )


def _is_late(measure: Any) -> bool:
    waits = measure.done_on is None and not measure.explanation
    return bool(waits and measure.due_on < clock.today())


def _entry(note: Any) -> dict[str, Any]:
    title = str(Incident.Status(note.status).label) if note.status else _("Note")
    return {
        "at": note.written_at,
        "title": title,
        "who": str(note.author or note.author_label or ""),
        "text": note.text,
        "name": "arrow-right-circle" if note.status else "chat-left-text",
    }


def _steps(incident: Incident, *, edits: bool, decides: bool) -> list[dict[str, Any]]:
    """The steps that the one who asks may take, the most likely first."""
    steps = []
    back = incident_life.REOPENED.get(incident.status)
    # What leads on comes first, what leads back to investigating last.
    order = [*incident_life.STEPS, incident_life.INVESTIGATING]
    if incident.status != incident_life.REPORTED:
        order.remove(incident_life.INVESTIGATING)
    for status in dict.fromkeys(order):
        if not incident_life.allowed(incident.status, status):
            continue
        decision = incident_life.is_decision(incident.status, status)
        if edits and (decides or not decision):
            words, name = _LABELS[status]
            steps.append(
                {
                    "label": _("Open again") if back == status else str(words),
                    "url": reverse("vendors:incident_step", args=[incident.pk, status]),
                    "icon": "arrow-counterclockwise" if back == status else name,
                }
            )
    return steps


_LABELS: Final = {
    "investigating": (lazy("Investigate"), "search"),
    "confirmed": (lazy("Confirm"), "check2"),
    "remedying": (lazy("Begin to put right"), "tools"),
    "closed": (lazy("Close"), "check-lg"),
    "unfounded": (lazy("Unfounded"), "slash-circle"),
}


@page(EDIT)
def add(request: Request, pk: UUID) -> HttpResponse:
    """A new incident of a vendor."""
    vendor = held_vendor(request, pk, EDIT)
    engagements = selectors.engagements_visible_to(request.principal, EDIT).filter(vendor=vendor)
    form = IncidentAddForm(
        posted(request),
        engagements=engagements.order_by("title", "pk"),
        links=selectors.links_of(vendor, request.principal, EDIT),
        fourth_parties=reading.known_below(vendor, request.principal),
        initial={
            "found_on": clock.today(),
            "severity": Incident.Severity.SERIOUS,
            "place": request.GET.get("engagement", ""),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            incident = service.report(by=request.principal, **form.values(vendor))
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(
                request, _("The incident is on record. Next: say what is done about it.")
            )
            return redirect(incident_page(incident))
    here = (_("Incidents"), reverse("vendors:incidents", args=[pk]))
    return render(
        request,
        "vendors/incidents/form.html",
        {
            "form": form,
            "vendor": vendor,
            "title": _("Report an incident"),
            "button": _("Report the incident"),
            "cancel_url": here[1],
            "crumbs": crumbs(vendor, here, (_("Report an incident"), "")),
        },
    )


@page(EDIT)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """An incident described anew. Where two people change the same field, both are shown."""
    incident = get_object_or_404(found(request.principal, EDIT), pk=pk)
    own = selectors.engagements_visible_to(request.principal, EDIT).filter(
        vendor=incident.vendor_id, unit=incident.unit_id
    )

    def form_of(initial: dict[str, Any], data: Any = None) -> IncidentEditForm:
        engagements = own.order_by("title", "pk")
        return IncidentEditForm(
            data, initial=initial, engagements=engagements, unit=incident.unit.name
        )

    form = form_of(opened(incident, FIELDS, IncidentEditForm), posted(request))
    outcome = Outcome(form)
    if request.method == "POST" and form.is_valid():
        outcome = save(
            incident,
            form,
            names=FIELDS,
            again=form_of,
            change=lambda version, values: service.change(
                incident=incident, version=version, values=values, by=request.principal
            ),
        )
        if outcome.row is not None:
            messages.success(request, _("Saved."))
            return redirect(incident_page(incident))
    return render(
        request,
        "vendors/incidents/form.html",
        {
            "form": outcome.form,
            "vendor": incident.vendor,
            "clashes": outcome.clashes,
            "title": _("Edit incident"),
            "button": _("Save"),
            "cancel_url": incident_page(incident),
            "crumbs": incident_crumbs(incident, (_("Edit"), "")),
        },
        status=outcome.status,
    )
