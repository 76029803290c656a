"""The same step for several at once: opening assessments, and handing them over."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.scoping import require
from accounts.units import working_unit
from assessments.forms.renewals import OpenTogetherForm, TogetherForm
from assessments.selectors.assessments import engagements_without, visible_to
from assessments.services import bulk
from audit.errors import Invalid
from audit.ids import ids_in
from vendors.selectors import engagements_visible_to

#: Rows on one page of engagements to open.
_SHOWN = 100


def chosen_ids(request: Request) -> list[UUID]:
    """What was ticked; what is no id counts for nothing."""
    return ids_in(request.POST.getlist("rows"))


def tell_outcome(request: Request, outcome: bulk.Outcome) -> None:
    """Say how many were done, and of each that was refused, why."""
    count = len(outcome.done)
    if count:
        said = ngettext("%(count)d done.", "%(count)d done.", count)
        messages.success(request, said % {"count": count})
    for name, why in outcome.refused:
        messages.warning(request, f"{name}: {why}")


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
        rows = engagements_visible_to(request.principal, Permission.OPEN_ASSESSMENTS)
        try:
            outcome = bulk.open_many(
                engagements=list(rows.filter(pk__in=ticked, unit=unit).select_related("vendor")),
                by=request.principal,
                **form.cleaned_data,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            tell_outcome(request, outcome)
            return redirect("assessments:to-open")
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


@require_POST
@page(Permission.INVITE)
def chase(request: Request) -> HttpResponse:
    """Remind of each ticked assessment whoever has to answer, after asking once.

    `next`: the page of ours to come back to, where it is not the list.
    """
    back = _back(request)
    rows = list(
        visible_to(request.principal, Permission.INVITE)
        .filter(pk__in=chosen_ids(request))
        .select_related("vendor", "engagement", "assigned_to")
    )
    if not rows:
        messages.warning(request, _("Tick at least one assessment first."))
        return redirect(back)
    if "confirmed" in request.POST:
        tell_outcome(request, bulk.chase_many(rows=rows, by=request.principal))
        return redirect(back)
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


def _back(request: Request) -> str:
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else reverse("assessments:list")


@require_POST
@page(Permission.OPEN_ASSESSMENTS)
def hand_over(request: Request) -> HttpResponse:
    """Ask who takes over the ticked assessments and until when; then do it."""
    unit = working_unit(request)
    rows = list(
        visible_to(request.principal, Permission.OPEN_ASSESSMENTS)
        .filter(pk__in=chosen_ids(request))
        .select_related("vendor", "engagement", "assigned_to")
    )
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
            outcome = bulk.plan_many(rows=rows, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            tell_outcome(request, outcome)
            return redirect("assessments:list")
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
