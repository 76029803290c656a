"""Monitoring plans: of all vendors, of one, and one thing that is watched."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.units import working_unit
from audit import clock, csv_file, paging
from audit.errors import Invalid
from vendors import selectors
from vendors.forms.monitoring import ItemEditForm, ItemFields, MonitoringFilter
from vendors.models import Engagement, MonitoringItem
from vendors.selectors import monitoring as reading
from vendors.services import monitoring as service
from vendors.services.monitoring import FIELDS
from vendors.views.incidents import query_of
from vendors.views.joining import opened, save
from vendors.views.places import crumbs, held_vendor
from vendors.views.saving import Outcome

VIEW = Permission.VIEW
EDIT = Permission.EDIT_FACTS
MOST_ROWS: Final = 20_000


def line(item: MonitoringItem, *, edits: bool) -> dict[str, Any]:
    """An item as lists show it: how it stands in a word, and whether the reader may check it."""
    days = reading.day_of(item)
    if not item.active:
        pill, words = "stopped", _("Not watched any more")
    elif days < 0:
        pill, words = "attention", _("Overdue")
    elif days <= reading.SOON:
        pill, words = "waiting", _("Due soon")
    else:
        pill, words = "done", _("In time")
    return {"item": item, "pill": pill, "words": words, "may_check": edits and item.active}


def item_crumbs(item: MonitoringItem, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page about what is watched."""
    vendor = item.engagement.vendor
    here = (_("Monitoring"), reverse("vendors:monitoring", args=[vendor.pk]))
    own = (item.scope, reverse("vendors:monitoring_item", args=[item.pk]))
    return crumbs(vendor, here, own, *rest)


@require_safe
@page(VIEW)
def index(request: Request) -> HttpResponse:
    """What is watched for the working unit, the most urgent first."""
    form = MonitoringFilter(request.GET)
    filters = form.filters()
    found = paging.page(
        reading.items(request.principal, working_unit(request), filters),
        keys=("due_on", "id"),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    principal = request.principal
    return render(
        request,
        "vendors/monitoring/list.html",
        {
            "filter": form,
            "filtered": filters != reading.Filters(),
            "rows": [
                line(row, edits=principal.can(EDIT, row.engagement.unit_id)) for row in found.rows
            ],
            "page": found,
            "csv_url": f"{reverse('vendors:monitoring_csv')}?{query_of(request)}",
            "here": request.get_full_path(),
        },
    )


@require_safe
@page(VIEW)
def csv(request: Request) -> HttpResponseBase:
    """The same list as a file."""
    filters = MonitoringFilter(request.GET).filters()
    rows = reading.items(request.principal, working_unit(request), filters)
    return _file(rows.order_by("due_on", "pk")[:MOST_ROWS])


@require_safe
@page(VIEW)
def of_vendor(request: Request, pk: UUID) -> HttpResponse:
    """The plans of one vendor's engagements."""
    vendor = held_vendor(request, pk, VIEW)
    principal = request.principal
    rows = list(reading.of_vendor(vendor, principal))
    plans = {key: list(items) for key, items in groupby(rows, key=lambda row: row.engagement_id)}
    engagements = selectors.engagements_visible_to(principal).filter(vendor=vendor)
    shown = [
        {
            "engagement": one,
            "may_edit": principal.can(EDIT, one.unit_id),
            "rows": [
                line(item, edits=principal.can(EDIT, one.unit_id)) for item in plans.get(one.pk, ())
            ],
        }
        for one in engagements.order_by("title", "pk")
    ]
    return render(
        request,
        "vendors/monitoring/of_vendor.html",
        {
            "vendor": vendor,
            "plans": shown,
            "any": bool(rows),
            "suspicions": [
                {"check": one, "may_edit": principal.can(EDIT, one.item.engagement.unit_id)}
                for one in reading.suspicions_of(vendor, principal)[:50]
            ],
            "here": request.path,
            "crumbs": crumbs(vendor, (_("Monitoring"), "")),
        },
    )


@require_safe
@page(VIEW)
def vendor_csv(request: Request, pk: UUID) -> HttpResponseBase:
    """The plans of one vendor as a file."""
    vendor = held_vendor(request, pk, VIEW)
    return _file(reading.of_vendor(vendor, request.principal)[:MOST_ROWS])


def _file(rows: Iterable[MonitoringItem]) -> HttpResponseBase:
    head = (
        _("Vendor"),
        _("Engagement"),
        _("Business unit"),
        _("What is watched"),
        _("Where, and for what"),
        _("How often"),
        _("Importance"),
        _("By whom"),
        _("Since"),
        _("Last done"),
        _("Last found"),
        _("Due"),
        _("How it stands"),
        _("Id"),
    )
    return csv_file.stream("monitoring.csv", head, _cells(rows))


def _cells(rows: Iterable[MonitoringItem]) -> Iterator[list[Any]]:
    found = {"nothing": _("Nothing found"), "suspicious": _("Something suspicious")}
    for row in rows:
        engagement = row.engagement
        yield [
            engagement.vendor.name,
            engagement.title,
            engagement.unit.name,
            row.get_watched_display(),
            row.scope,
            row.get_every_display(),
            row.get_importance_display(),
            row.by_whom,
            row.since.isoformat(),
            row.last_done_on.isoformat() if row.last_done_on else "",
            found.get(getattr(row, "last_finding", None) or "", ""),
            row.due_on.isoformat() if row.active else "",
            line(row, edits=False)["words"],
            str(row.pk),
        ]


@require_safe
@page(VIEW)
def show(request: Request, pk: UUID) -> HttpResponse:
    """One thing that is watched, with the checks that were done."""
    item = get_object_or_404(
        reading.with_checks(reading.items_visible_to(request.principal)), pk=pk
    )
    found = paging.page(
        reading.checks_of(item, request.principal),
        keys=("done_on", "id"),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    edits = request.principal.can(EDIT, item.engagement.unit_id)
    return render(
        request,
        "vendors/monitoring/item.html",
        {
            **line(item, edits=edits),
            "may_edit": edits,
            "checks": found.rows,
            "page": found,
            "here": request.path,
            "crumbs": [*item_crumbs(item)[:-1], (item.scope, "")],
        },
    )


@page(EDIT)
def add(request: Request, pk: UUID) -> HttpResponse:
    """Something to watch for an engagement."""
    rows = selectors.engagements_visible_to(request.principal, EDIT)
    engagement = get_object_or_404(rows, pk=pk)
    form = ItemFields(posted(request), initial={"since": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            service.plan(engagement=engagement, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("It is part of the plan now."))
            return redirect("vendors:monitoring", engagement.vendor_id)
    return _form_page(request, engagement, form, title=_("Add to the monitoring plan"))


@page(EDIT)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """The plan changed, ended, or taken up again."""
    item = get_object_or_404(reading.items_visible_to(request.principal, EDIT), pk=pk)
    form = ItemEditForm(posted(request), initial=opened(item, FIELDS, ItemEditForm))
    outcome = Outcome(form)
    if request.method == "POST" and form.is_valid():
        outcome = save(
            item,
            form,
            names=FIELDS,
            again=lambda initial: ItemEditForm(initial=initial),
            change=lambda version, values: service.change(
                item=item, version=version, values=values, by=request.principal
            ),
        )
        if outcome.row is not None:
            messages.success(request, _("Saved."))
            return redirect("vendors:monitoring_item", item.pk)
    return _form_page(
        request,
        item.engagement,
        outcome.form,
        title=_("Edit what is watched"),
        clashes=outcome.clashes,
    )


def _form_page(
    request: Request, engagement: Engagement, form: Any, *, title: str, **context: Any
) -> HttpResponse:
    vendor = engagement.vendor
    back = reverse("vendors:monitoring", args=[vendor.pk])
    return render(
        request,
        "vendors/fact_form.html",
        {
            "form": form,
            "title": title,
            "subject": engagement.title,
            "cancel_url": back,
            "crumbs": crumbs(vendor, (_("Monitoring"), back), (title, "")),
            **context,
        },
        status=409 if context.get("clashes") else 200,
    )
