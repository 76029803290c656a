"""The same step for several at once: opening assessments, handing them over, reminding."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import long_work
from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.long_work import Work, rate_since
from accounts.permissions import Permission
from accounts.posting import post_only
from accounts.scoping import require
from accounts.units import working_unit
from assessments.forms.renewals import OpenTogetherForm, TogetherForm
from assessments.models import TogetherRun
from assessments.selectors.assessments import engagements_without
from assessments.selectors.together import runs_of
from assessments.services import bulk, together_runs
from assessments.services.bulk import Asked
from audit.errors import Invalid
from audit.ids import ids_in

#: Rows on one page of engagements to open.
_SHOWN = 100
#: Kind of the pill of each status.
_PILLS: Final = {"running": "active", "done": "done", "cancelled": "stopped"}


def chosen_ids(request: Request) -> list[UUID]:
    """What was ticked; what is no id counts for nothing."""
    return ids_in(request.POST.getlist("rows"))


def done_together(
    request: Request, kind: str, rows: Sequence[Any], *, asked: Asked | None = None, back: str
) -> HttpResponse:
    """The step done for each, and back; many are left to workers, and their page follows.

    Raises Invalid ("rows").
    """
    if len(rows) > together_runs.AT_ONCE:
        started = together_runs.start(
            kind=kind, rows=rows, asked=asked, back=back, by=request.principal
        )
        return redirect("assessments:together", started.pk)
    outcome = bulk.do(kind=kind, rows=rows, asked=asked, by=request.principal)
    count = len(outcome.done)
    if count:
        said = ngettext("%(count)d done.", "%(count)d done.", count)
        messages.success(request, said % {"count": count})
    for name, why in outcome.refused:
        messages.warning(request, f"{name}: {why}")
    return redirect(back)


@page(Permission.OPEN_ASSESSMENTS)
def to_open(request: Request) -> HttpResponse:
    """Engagements without an assessment; those that are ticked get one each."""
    unit = working_unit(request)
    title = _("Engagements without an assessment")
    crumbs = [(_("Assessments"), reverse("assessments:list")), (title, "")]
    if unit is None:
        return render(
            request, "assessments/renewals/choose_unit.html", {"title": title, "crumbs": crumbs}
        )
    require(request.principal, Permission.OPEN_ASSESSMENTS, unit.pk)
    form = OpenTogetherForm(posted(request), unit=unit)
    ticked = chosen_ids(request)
    if request.method == "POST" and form.is_valid():
        rows = bulk.STEPS[TogetherRun.Kind.OPEN].rows(request.principal)
        try:
            return done_together(
                request,
                TogetherRun.Kind.OPEN,
                list(rows.filter(pk__in=ticked, unit=unit)),
                asked=Asked(**form.cleaned_data),
                back=reverse("assessments:to-open"),
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
    found = list(
        engagements_without(unit, request.principal).select_related("vendor")[: _SHOWN + 1]
    )
    return render(
        request,
        "assessments/renewals/to_open.html",
        {
            "title": title,
            "rows": [
                {"engagement": row, "ticked": row.pk in set(ticked)} for row in found[:_SHOWN]
            ],
            "more": len(found) > _SHOWN,
            "form": form,
            "crumbs": crumbs,
        },
        status=422 if form.errors else 200,
    )


@post_only
@page(Permission.INVITE)
def chase(request: Request) -> HttpResponse:
    """Remind of each ticked assessment whoever has to answer, after asking once.

    `next`: the page of ours to come back to, where it is not the list.
    """
    back = _back(request)
    rows = _chosen(request, TogetherRun.Kind.CHASE)
    if not rows:
        messages.warning(request, _("Tick at least one assessment first."))
        return redirect(back)
    if "confirmed" in request.POST:
        return done_together(request, TogetherRun.Kind.CHASE, rows, back=back)
    title = _("Remind")
    return render(
        request,
        "assessments/renewals/hand_over.html",
        {
            "title": title,
            "rows": rows,
            "text": _(
                "Contacts of the vendor get a letter with a new link; colleagues are told in "
                "Surety and by their own settings."
            ),
            "cancel_url": back,
            "next": back,
            "crumbs": [(_("Assessments"), reverse("assessments:list")), (title, "")],
        },
    )


def _chosen(request: Request, kind: str) -> list[Any]:
    """What was ticked, as far as the step can be done for it."""
    rows = bulk.STEPS[kind].rows(request.principal)
    return list(rows.filter(pk__in=chosen_ids(request)))


def _back(request: Request) -> str:
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else reverse("assessments:list")


@post_only
@page(Permission.OPEN_ASSESSMENTS)
def hand_over(request: Request) -> HttpResponse:
    """Ask who takes over the ticked assessments and until when; then do it."""
    unit = working_unit(request)
    rows = _chosen(request, TogetherRun.Kind.PLAN)
    if not rows:
        messages.warning(request, _("Tick at least one assessment first."))
        return redirect("assessments:list")
    asked = "confirmed" not in request.POST
    units = {row.unit for row in rows}
    form = TogetherForm(
        None if asked else request.POST,
        unit=units.pop() if len(units) == 1 else unit,
        nobody=_("As it is"),
    )
    if not asked and form.is_valid():
        try:
            return done_together(
                request,
                TogetherRun.Kind.PLAN,
                rows,
                asked=Asked(**form.cleaned_data),
                back=reverse("assessments:list"),
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
    title = _("Hand over")
    return render(
        request,
        "assessments/renewals/hand_over.html",
        {
            "title": title,
            "rows": rows,
            "form": form,
            "cancel_url": reverse("assessments:list"),
            "crumbs": [(_("Assessments"), reverse("assessments:list")), (title, "")],
        },
    )


@page(Permission.VIEW)
def run(request: Request, pk: UUID) -> HttpResponse:
    """How far a step for many has come, and what came of it. POST cancels."""
    row = get_object_or_404(runs_of(request.principal), pk=pk)
    here = reverse("assessments:together", args=[pk])
    crumbs = [(_("Assessments"), reverse("assessments:list")), (row.get_kind_display(), "")]
    if request.method == "POST":
        together_runs.cancel(run=row, by=request.principal)
        messages.success(request, _("Cancelled. What is done stays done."))
        return redirect(here)
    running = row.status == TogetherRun.Status.RUNNING
    if running and "cancel" in request.GET:
        title = _("Cancel")
        context = {
            "title": title,
            "question": _("Stop here?"),
            "text": _("What is done stays done; the others stay as they are."),
            "confirm_label": _("Stop"),
            "danger": True,
            "cancel_url": here,
            "crumbs": crumbs,
        }
        return render(request, "_components/confirm_page.html", context)
    total = len(row.rows) if running else row.looked
    rate = rate_since(row.started_at, row.looked, row.finished_at)
    return long_work.show(
        request,
        Work(row.get_kind_display(), row.looked, total, rate),
        page="assessments/together/run.html",
        part=f"assessments/together/{'_progress' if running else '_result'}.html",
        running=running,
        context={"run": row, "pill": _PILLS[row.status], "url": here, "crumbs": crumbs},
    )
