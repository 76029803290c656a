"""The list of assessments, opening one, and saying who fills it in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.scoping import require
from accounts.units import working_unit
from assessments.errors import AlreadyOpen
from assessments.forms.assessments import ListFilter, OpenForm, PlanForm
from assessments.models import Questionnaire
from assessments.schema import Tier
from assessments.selection import select
from assessments.selectors.assessments import (
    is_overdue,
    schema_of_version,
    unfinished_of,
    work_list,
)
from assessments.selectors.offered import offered, usual_for
from assessments.services import assessments as service
from assessments.services.questionnaires import standard
from assessments.views.parts import address, crumbs, found
from assessments.wording import PILLS, language
from vendors.models import Engagement
from vendors.selectors import engagements_visible_to

#: Questionnaires on one page; the others are found by words.
_SHOWN = 12
#: Why one of them is proposed.
_WHY = {
    "before": lazy("It was used for this engagement the last time."),
    "light": lazy("The request was triaged for a light due diligence."),
    "tier": lazy("It is what this unit asked last at this tier."),
}


def _cursor(value: str | None) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError:
        return None


@page(Permission.VIEW)
def assessment_list(request: Request) -> HttpResponse:
    """Assessments of the working unit, newest first, with filters in the address."""
    form = ListFilter(request.GET)
    filters = (
        {key: str(value) for key, value in form.cleaned_data.items()} if form.is_valid() else {}
    )
    shown = work_list(
        request.principal,
        working_unit(request),
        filters=filters,
        after=_cursor(request.GET.get("after")),
        before=_cursor(request.GET.get("before")),
    )
    rows = [
        {
            "assessment": row,
            "pill": PILLS[row.status],
            "overdue": is_overdue(row),
        }
        for row in shown.rows
    ]
    return render(
        request,
        "assessments/list.html",
        {
            "filter": form,
            "filtered": any(filters.values()),
            "rows": rows,
            "page": shown,
            "opens": request.principal.can(Permission.OPEN_ASSESSMENTS),
            "crumbs": None,
        },
    )


@page(Permission.OPEN_ASSESSMENTS)
def open_assessment(request: Request, pk: UUID) -> HttpResponse:
    """Open an assessment of an engagement: shows what will be asked, and why that much."""
    engagement = get_object_or_404(engagements_visible_to(request.principal), pk=pk)
    require(request.principal, Permission.OPEN_ASSESSMENTS, engagement.unit_id)
    there = unfinished_of(engagement)
    usual, why = usual_for(engagement, standard=standard())
    form = OpenForm(
        request.POST or None, unit_id=engagement.unit_id, initial={"questionnaire": usual}
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = service.open_assessment(
                engagement=engagement, by=request.principal, **form.cleaned_data
            )
        except AlreadyOpen as error:
            messages.info(request, error.message)
            return redirect("assessments:assessment", error.extra["assessment_id"])
        messages.success(request, _("The assessment is open. Choose a section to start."))
        return redirect("assessments:assessment", made.pk)
    words = request.GET.get("q", "").strip()
    chosen = str(form["questionnaire"].value() or usual.pk)
    found_here = offered(engagement, words=words)
    shown = sorted(
        (one for one in found_here if one.is_newest), key=lambda one: str(one.row.pk) != chosen
    )[:_SHOWN]
    return render(
        request,
        "assessments/open.html",
        {
            "engagement": engagement,
            "there": there,
            "form": form,
            "questionnaires": [(one, _coverage(engagement, one.row)) for one in shown],
            "older": [one for one in found_here if not one.is_newest][:_SHOWN],
            "chosen": chosen,
            "why": _WHY.get(why, ""),
            "q": words,
            "many": len(found_here) > 3 or bool(words),
            "left_out": max(0, sum(one.is_newest for one in found_here) - len(shown)),
            "vendor_url": address("scoring:vendor", engagement.vendor_id),
            "crumbs": [
                (_("Assessments"), reverse("assessments:list")),
                (_("Open an assessment"), ""),
            ],
        },
    )


def _coverage(engagement: Engagement, questionnaire: Questionnaire) -> dict[str, object]:
    """How many questions an engagement is asked, and what leaves out the others."""
    content = schema_of_version(questionnaire)
    facts = service.facts_of(engagement)
    chosen = select(content, facts)
    at_the_top = facts.model_copy(update={"tier": Tier.CRITICAL})
    of_other_tiers = set(select(content, at_the_top).question_keys) - set(chosen.question_keys)
    return {
        "title": content.title.text_for(language()),
        "version": content.version,
        "asked": len(chosen.question_keys),
        "sections": len(chosen.section_keys),
        "total": len(content.items),
        "by_tier": len(of_other_tiers),
        "by_facts": len(content.items) - len(chosen.question_keys) - len(of_other_tiers),
    }


@page(Permission.OPEN_ASSESSMENTS)
def plan(request: Request, pk: UUID) -> HttpResponse:
    """Say who fills an assessment in, and until when."""
    assessment = found(request, pk)
    require(request.principal, Permission.OPEN_ASSESSMENTS, assessment.unit_id)
    form = PlanForm(
        request.POST or None,
        unit_id=assessment.unit_id,
        initial={"assigned_to": assessment.assigned_to_id, "due_on": assessment.due_on},
    )
    if request.method == "POST" and form.is_valid():
        service.plan(assessment=assessment, by=request.principal, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("assessments:assessment", pk)
    title = _("Who fills this in, and by when")
    return render(
        request,
        "assessments/step.html",
        {
            "title": title,
            "form": form,
            "confirm_label": _("Save"),
            "cancel_url": reverse("assessments:assessment", args=[pk]),
            "crumbs": crumbs(assessment, title),
        },
    )
