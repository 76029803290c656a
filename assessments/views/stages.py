"""Stages: who sees to each, how long they take, and what is late."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.scoping import require
from accounts.selectors import people_who
from accounts.units import working_unit
from assessments.forms.renewals import StageForm
from assessments.models import Stage
from assessments.selectors.stages import lasting, rules_of, turnarounds
from assessments.services import stages as service
from audit import clock, csv_file
from audit.errors import Invalid

_SINCE = timedelta(days=365)


@page(Permission.VIEW)
def index(request: Request) -> HttpResponseBase:
    """How the stages of this unit go, and what is in them now."""
    unit = working_unit(request)
    title = _("Stages")
    if unit is None:
        return render(
            request, "assessments/renewals/choose_unit.html", {"title": title, "crumbs": None}
        )
    require(request.principal, Permission.VIEW, unit.pk)
    rows = turnarounds(
        request.principal, unit, targets=service.TARGET_DAYS, since=clock.now() - _SINCE
    )
    if request.GET.get("format") == "csv":
        return csv_file.stream(
            "stages.csv",
            (
                "stage", "target_days", "ended", "median_days", "p90_days", "kept_percent",
                "now", "late",
            ),
            [
                (
                    row.stage.value, row.target_days, row.ended, row.median, row.slow, row.kept,
                    row.now, row.late,
                )
                for row in rows
            ],
        )  # fmt: skip
    return render(
        request,
        "assessments/stages/index.html",
        {
            "title": title,
            "rows": rows,
            "lasting": [
                (one, reverse(one.page, args=[one.page_id]))
                for one in lasting(request.principal, unit, targets=service.TARGET_DAYS)
            ],
            "unit": unit,
            "may_change": request.principal.can(Permission.MANAGE_MEMBERS, unit.pk),
            "crumbs": None,
        },
    )


@page(Permission.MANAGE_MEMBERS)
def edit(request: Request, stage: str) -> HttpResponse:
    """Who sees to a stage of this unit, and how long it should take."""
    unit = working_unit(request)
    if stage not in Stage:
        raise Http404
    if unit is None:
        return redirect("assessments:stages")
    require(request.principal, Permission.MANAGE_MEMBERS, unit.pk)
    one = Stage(stage)
    rule = rules_of(unit).get(stage)
    form = StageForm(
        posted(request),
        able=people_who(service.NEEDED[one], unit.pk),
        initial={
            "owner": rule.owner_id if rule else None,
            "deputy": rule.deputy_id if rule else None,
            "away_until": rule.away_until if rule else None,
            "target_days": rule.target_days if rule else service.TARGET_DAYS[one],
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            service.set_rule(unit=unit, stage=stage, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("Saved."))
            return redirect("assessments:stages")
    title = _("Who sees to “%(stage)s”") % {"stage": one.label}
    return render(
        request,
        "assessments/step.html",
        {
            "title": title,
            "question": unit.name,
            "form": form,
            "confirm_label": _("Save"),
            "cancel_url": reverse("assessments:stages"),
            "crumbs": [(_("Stages"), reverse("assessments:stages")), (title, "")],
        },
    )
