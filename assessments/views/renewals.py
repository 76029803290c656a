"""Renewals: what is due again, starting several at once, another day, the cadence of a unit."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.scoping import require
from accounts.units import working_unit
from assessments.forms.renewals import CadenceForm, MoveForm, RenewalFilter, TogetherForm
from assessments.models import TogetherRun
from assessments.selectors.renewals import due_again, months_of, renewals_visible_to, waiting
from assessments.services import renewals as service
from assessments.services.bulk import Asked
from assessments.views.together import chosen_ids, done_together
from audit import clock
from audit.errors import Invalid


@page(Permission.VIEW)
def index(request: Request) -> HttpResponse:
    """What is due again, the earliest first; the chosen ones are started by POST."""
    unit = working_unit(request)
    starts = unit is not None and request.principal.can(Permission.OPEN_ASSESSMENTS, unit.pk)
    filters = RenewalFilter(request.GET)
    said = filters.cleaned_data if filters.is_valid() else {}
    today = clock.today()
    ahead = said.get("ahead", "")
    form = TogetherForm(posted(request), unit=unit)
    if request.method == "POST":
        require(request.principal, Permission.OPEN_ASSESSMENTS, unit.pk if unit else None)
        if form.is_valid():
            rows = waiting(renewals_visible_to(request.principal, Permission.OPEN_ASSESSMENTS))
            try:
                return done_together(
                    request,
                    TogetherRun.Kind.RENEW,
                    list(rows.filter(pk__in=chosen_ids(request))),
                    asked=Asked(**form.cleaned_data),
                    back=f"{reverse('assessments:renewals')}?{request.GET.urlencode()}",
                )
            except Invalid as refused:
                take_refusal(form, refused.extra["errors"])
    found = due_again(
        request.principal,
        unit,
        until=today + timedelta(int(ahead) if ahead != "0" else -1) if ahead else None,
        because=said.get("because", ""),
        after=request.GET.get("after", ""),
    )
    ticked = set(chosen_ids(request))
    return render(
        request,
        "assessments/renewals/list.html",
        {
            "filter": filters,
            "filtered": any(said.values()),
            "rows": [
                {"renewal": one, "late": one.due_on < today, "ticked": one.pk in ticked}
                for one in found.rows
            ],
            "next": found.next,
            "form": form,
            "starts": starts,
            "unit": unit,
            "cadence": unit is not None and request.principal.can(Permission.REVIEW, unit.pk),
            "crumbs": None,
        },
        status=422 if form.errors else 200,
    )


@page(Permission.REVIEW)
def move(request: Request, pk: UUID) -> HttpResponse:
    """Another day for a renewal, with a reason."""
    renewal = get_object_or_404(renewals_visible_to(request.principal), pk=pk)
    require(request.principal, Permission.REVIEW, renewal.unit_id)
    form = MoveForm(posted(request), initial={"due_on": renewal.due_on, "version": renewal.version})
    if request.method == "POST" and form.is_valid():
        try:
            service.move(renewal=renewal, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("Saved."))
            return redirect("assessments:renewals")
    title = _("Another day for this renewal")
    return render(
        request,
        "assessments/step.html",
        {
            "title": title,
            "question": f"{renewal.vendor.name}: {renewal.engagement.title}",
            "text": _("Your name and the reason are recorded."),
            "form": form,
            "confirm_label": _("Save"),
            "cancel_url": reverse("assessments:renewals"),
            "crumbs": _crumbs(title),
        },
    )


@page(Permission.REVIEW)
def cadence(request: Request) -> HttpResponse:
    """After how many months this unit asks again, by tier."""
    unit = working_unit(request)
    title = _("How often to ask again")
    if unit is None:
        return render(
            request,
            "assessments/renewals/choose_unit.html",
            {"title": title, "crumbs": _crumbs(title)},
        )
    require(request.principal, Permission.REVIEW, unit.pk)
    form = CadenceForm(posted(request), months=months_of(unit.pk))
    if request.method == "POST" and form.is_valid():
        try:
            service.set_cadence(unit=unit, months=form.cleaned_data, by=request.principal)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("Saved. Renewals that follow the cadence have moved."))
            return redirect("assessments:renewals")
    return render(
        request,
        "assessments/step.html",
        {
            "title": title,
            "question": unit.name,
            "text": _(
                "Months from the sign-off, by tier. Incidents, matches, contract changes, a worse "
                "band and expired evidence bring a renewal forward to 30 days from then."
            ),
            "form": form,
            "confirm_label": _("Save"),
            "cancel_url": reverse("assessments:renewals"),
            "crumbs": _crumbs(title),
        },
    )


def _crumbs(here: str) -> list[tuple[str, str]]:
    return [(_("Renewals"), reverse("assessments:renewals")), (here, "")]
