"""The list of findings, one of them, and raising one by hand."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import log, long_work
from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.selectors import people_who
from accounts.units import working_unit
from audit import csv_file, paging
from audit.errors import Invalid
from vendors import selectors
from vendors.finding_kinds import KINDS, OBSERVATION
from vendors.forms.findings import AssignForm, FindingAddForm, FindingFilter
from vendors.models import Finding
from vendors.selectors.evidence import evidence_visible_to
from vendors.selectors.findings import (
    MOST_BEHIND,
    Filters,
    findings,
    findings_visible_to,
    history_of,
    is_overdue,
    owners_of,
)
from vendors.selectors.findings import behind as still_behind
from vendors.services import findings as service
from vendors.services import remediation
from vendors.views.places import crumbs, held_vendor, vendor_page, worth_page

EDIT = Permission.EDIT_FACTS
DECIDE = Permission.DECIDE_FACTS
#: Kind of the pill of each status: what it asks of the reader.
PILLS: Final = {
    "open": "todo",
    "planned": "active",
    "remedied": "waiting",
    "accepted": "stale",
    "closed": "done",
}
#: A file that is longer than this is asked for with narrower filters.
MOST_ROWS: Final = 20_000


@page(Permission.VIEW)
@require_safe
@never_cache
def behind(request: Request) -> HttpResponse:
    """How much there is to be worked out into findings; the list asks for it until nothing is.

    The list does not come anew by itself: somebody may be choosing in it.
    """
    left = still_behind(request.principal)
    status = long_work.STOP_POLLING if request.htmx and not left else 200
    return render(
        request,
        "vendors/findings/_behind.html",
        {
            "left": min(left, MOST_BEHIND),
            "more": left > MOST_BEHIND,
            "over": not left and "said" in request.GET,
        },
        status=status,
    )


def line(finding: Finding) -> dict[str, Any]:
    """A finding as lists show it."""
    return {
        "finding": finding,
        "kind": KINDS.get(finding.kind, finding.kind),
        "pill": PILLS[finding.status],
        "overdue": is_overdue(finding),
    }


def _filters(form: FindingFilter, request: Request) -> Filters:
    asked = form.cleaned_data if form.is_valid() else {}
    return Filters(
        state=asked.get("state") or "open",
        severity=asked.get("severity") or "",
        age=asked.get("age") or "",
        kind=asked.get("kind") or "",
        vendor=asked.get("vendor"),
        q=asked.get("q") or "",
        owner=asked["owner"].pk if asked.get("owner") else None,
        engagement=asked.get("engagement"),
        mine=request.user.pk if asked.get("mine") else None,
    )


def _people(request: Request) -> Any:
    """Who may be given findings: the people of the working unit, or of all that are theirs."""
    unit = working_unit(request)
    if unit is not None:
        return people_who(Permission.VIEW, unit.pk)
    return owners_of(request.principal)


@require_safe
@page(Permission.VIEW)
def index(request: Request) -> HttpResponse:
    """Findings of the working unit, the newest first, with filters in the address."""
    assign = AssignForm(people=_people(request), prefix="assign")
    return _list(request, assign if request.principal.can(EDIT) else None)


def _list(
    request: Request,
    assign: AssignForm | None,
    *,
    chosen: Collection[UUID] = (),
    status: int = 200,
) -> HttpResponse:
    """`chosen`: ids of those with a tick."""
    asked = request.GET
    form = FindingFilter(asked, people=_people(request))
    filters = _filters(form, request)
    found = paging.page(
        findings(request.principal, working_unit(request), filters),
        keys=("id",),
        descending=True,
        after=asked.get("after"),
        before=asked.get("before"),
    )
    query = asked.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    return render(
        request,
        "vendors/findings/list.html",
        {
            "filter": form,
            "filtered": filters != Filters(),
            "rows": [{**line(row), "chosen": row.pk in chosen} for row in found.rows],
            "page": found,
            "csv_url": f"{reverse('vendors:findings_csv')}?{query.urlencode()}",
            "assign": assign,
            "has_errors": bool(assign and assign.errors),
            "query": asked.urlencode(),
            "rules_url": reverse("vendors:finding_rules"),
        },
        status=status,
    )


@require_safe
@page(Permission.VIEW)
def csv(request: Request) -> HttpResponseBase:
    """The same list as a file."""
    form = FindingFilter(request.GET, people=_people(request))
    rows = findings(request.principal, working_unit(request), _filters(form, request))
    head = (
        _("Vendor"),
        _("Engagement"),
        _("Business unit"),
        _("What was found"),
        _("Kind"),
        _("Severity"),
        _("Status"),
        _("Disputed"),
        _("Raised"),
        _("Who sees to it"),
        _("Due"),
        _("Shown to the vendor"),
        _("What the vendor says"),
        _("Accepted until"),
        _("Closed"),
    )
    return csv_file.stream("findings.csv", head, _cells(rows.order_by("-id")[:MOST_ROWS]))


def _cells(rows: Iterable[Finding]) -> Iterator[list[Any]]:
    for row in rows:
        yield [
            row.vendor.name,
            row.engagement.title if row.engagement else "",
            row.unit.name,
            row.title,
            str(KINDS.get(row.kind, row.kind)),
            row.get_severity_display(),
            row.get_status_display(),
            _("yes") if row.disputed_at else "",
            row.created_at.date().isoformat(),
            str(row.owner or ""),
            row.due_on.isoformat() if row.due_on else "",
            _("yes") if row.shared else "",
            row.response,
            row.accepted_until.isoformat() if row.accepted_until else "",
            row.closed_at.date().isoformat() if row.closed_at else "",
        ]


@page(EDIT)
def assign(request: Request) -> HttpResponse:
    """Give the chosen findings an owner, a day, or both; refused, the list shows what was chosen.

    Filters and pages of that list lead here, and on to the list.
    """
    back = f"{reverse('vendors:findings')}?{request.GET.urlencode()}"
    if request.method != "POST":
        return redirect(back)
    form = AssignForm(request.POST, people=_people(request), prefix="assign")
    chosen = [UUID(one) for one in request.POST.getlist("finding") if is_uuid(one)]
    if form.is_valid():
        try:
            changed = remediation.assign(
                findings=chosen,
                owner=form.cleaned_data["owner"],
                due_on=form.cleaned_data["due_on"],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(
                request,
                ngettext("%(count)d finding changed.", "%(count)d findings changed.", changed)
                % {"count": changed},
            )
            return redirect(back)
    return _list(request, form, chosen=chosen, status=422)


def is_uuid(text: str) -> bool:
    """Whether a value that was sent is an id."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@require_safe
@page(Permission.VIEW)
def show(request: Request, pk: UUID) -> HttpResponse:
    """One finding: what it is, what is done about it, what has happened to it."""
    finding = get_object_or_404(findings_visible_to(request.principal), pk=pk)
    principal = request.principal
    documents = evidence_visible_to(principal).filter(findings=finding)
    return render(
        request,
        "vendors/findings/finding.html",
        {
            **line(finding),
            "documents": list(documents.order_by("pk")),
            "may_accept": principal.can(Permission.DECIDE, finding.unit_id),
            "may_add_evidence": principal.can(Permission.EDIT_EVIDENCE, finding.unit_id),
            "worth_url": worth_page(finding),
            "vendor": finding.vendor,
            "may_edit": principal.can(EDIT, finding.unit_id),
            "may_invite": principal.can(Permission.INVITE, finding.unit_id),
            "may_decide": principal.can(DECIDE, finding.unit_id),
            "history": [
                {"at": one.event.occurred_at, "title": one.sentence, "who": one.who}
                for one in log.lines(history_of(finding), principal)
            ],
            "crumbs": [(_("Findings"), reverse("vendors:findings")), (finding.title, "")],
        },
    )


@page(EDIT)
def add(request: Request, pk: UUID) -> HttpResponse:
    """A finding about one of the vendor's engagements, raised by hand."""
    vendor = held_vendor(request, pk, EDIT)
    engagements = selectors.engagements_visible_to(request.principal, EDIT).filter(vendor=vendor)
    form = FindingAddForm(posted(request), engagements=engagements.order_by("title"))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        engagement = values.pop("engagement")
        try:
            finding = service.raise_(
                vendor=vendor,
                unit=engagement.unit,
                engagement=engagement,
                kind=OBSERVATION,
                by=request.principal,
                **values,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The finding was raised. Now say what is to be done."))
            return redirect("vendors:finding", finding.pk)
    return render(
        request,
        "vendors/findings/add.html",
        {
            "form": form,
            "vendor": vendor,
            "possible": engagements.exists(),
            "cancel_url": vendor_page(vendor.pk),
            "crumbs": crumbs(vendor, (_("Raise a finding"), "")),
        },
    )
