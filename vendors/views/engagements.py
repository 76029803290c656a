"""Adding and changing engagements."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.templatetags.ui import points
from accounts.units import working_unit
from audit.errors import Invalid, OutOfDate
from vendors import exposure, selectors
from vendors.forms.engagement import (
    PREFIX,
    EngagementAddForm,
    EngagementEditForm,
    comparable,
    flat,
    folded,
)
from vendors.forms.vendor import language
from vendors.merging import merge
from vendors.models import Engagement
from vendors.selectors.offboarding import is_needed
from vendors.services import engagements
from vendors.services.engagements import FIELDS
from vendors.views.places import crumbs, held_vendor, vendor_page
from vendors.views.vendors import clash_rows

EDIT = Permission.EDIT_ENGAGEMENTS
#: The button that only asks for more selects, for those without JavaScript as for all others.
MORE = "more_places"


@page(EDIT)
def add(request: Request, pk: UUID) -> HttpResponse:
    """A new engagement with its intake."""
    vendor = held_vendor(request, pk, EDIT)
    units = [link.unit for link in selectors.links_of(vendor, request.principal, EDIT)]
    more = MORE in request.POST
    form = EngagementAddForm(
        request.POST or None,
        units=units,
        working=working_unit(request),
        initial={"currency": vendor.currency or "EUR"},
    )
    if more:
        form = _with_more_places(form, EngagementAddForm, units=units)
    elif request.method == "POST" and form.is_valid():
        try:
            engagement = engagements.create(
                vendor=vendor,
                unit=form.cleaned_data["unit"],
                by=request.principal,
                **folded(form.values()),
            )
        except Invalid as refused:
            _take(form, refused)
        else:
            messages.success(request, told(engagement))
            return redirect(vendor_page(vendor.pk))
    return _page(request, form, vendor=vendor, title=_("Add an engagement"))


@page(EDIT)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """A changed engagement. Where two people change the same answer, both are shown."""
    engagement = get_object_or_404(selectors.engagements_visible_to(request.principal, EDIT), pk=pk)
    more = MORE in request.POST
    form = EngagementEditForm(request.POST or None, initial=_initial(engagement))
    clashes: list[dict[str, Any]] = []
    if more:
        form = _with_more_places(form, EngagementEditForm)
    elif request.method == "POST" and form.is_valid():
        try:
            saved, clashes, form = _save(engagement, form, request)
        except Invalid as refused:
            _take(form, refused)
        else:
            if not clashes:
                messages.success(request, told(saved))
                return redirect(vendor_page(engagement.vendor_id))
    return _page(
        request,
        form,
        vendor=engagement.vendor,
        title=_("Edit engagement"),
        engagement=engagement,
        clashes=clashes,
        drivers=top_drivers(engagement),
        risk=points(engagement.inherent_risk * 10),
        end_url=_end_url(engagement),
    )


def _page(request: Request, form: Any, *, vendor: Any, title: str, **context: Any) -> HttpResponse:
    return render(
        request,
        "vendors/engagement_form.html",
        {
            "form": form,
            "vendor": vendor,
            "title": title,
            "cancel_url": vendor_page(vendor.pk),
            "crumbs": crumbs(vendor, (title, "")),
            **context,
        },
        status=409 if context.get("clashes") else 200,
    )


def _end_url(engagement: Engagement) -> str:
    """Where an engagement that does not end by its status is ended; "" for all others."""
    if not is_needed(engagement):
        return ""
    return reverse("vendors:offboarding_start", args=[engagement.pk])


def _values(engagement: Engagement) -> dict[str, Any]:
    return flat({name: getattr(engagement, name) for name in FIELDS})


def _initial(engagement: Engagement) -> dict[str, Any]:
    values = _values(engagement)
    return {**values, "base": EngagementEditForm.pack(engagement.version, values)}


def _save(
    engagement: Engagement, form: EngagementEditForm, request: Request
) -> tuple[Engagement, list[dict[str, Any]], EngagementEditForm]:
    """(what stands now, fields that somebody else changed too, the form to go on with)."""
    version, base = form.opened()
    mine = comparable(form.values())
    try:
        saved = engagements.change(
            engagement=engagement, version=version, values=folded(mine), by=request.principal
        )
    except OutOfDate:
        there = Engagement.objects.get(pk=engagement.pk)
        theirs = _values(there)
        merged = merge(base, mine, theirs)
        if merged.clashes:
            again = EngagementEditForm(
                initial={**merged.values, "base": EngagementEditForm.pack(there.version, theirs)}
            )
            return there, clash_rows(again, merged.clashes, merged.values, theirs), again
        saved = engagements.change(
            engagement=engagement,
            version=there.version,
            values=folded(merged.values),
            by=request.principal,
        )
    return saved, [], form


def _with_more_places(form: Any, kind: Any, **options: Any) -> Any:
    """The form as it was typed, unchecked, with more selects for places."""
    data = form.data.copy()
    count = len(form.fields["made_in"].widget.widgets)
    for number in range(count, count + 2):
        data[f"made_in_{number}"] = ""
    values = {name: form[name].value() for name in form.fields if name != "made_in"}
    codes = [value for key, value in data.items() if key.startswith("made_in_")]
    return kind(initial={**values, "made_in": codes}, **options)


def _take(form: Any, refused: Invalid) -> None:
    errors = {
        name.replace("intake.", PREFIX, 1): said for name, said in refused.extra["errors"].items()
    }
    take_refusal(form, errors)


def top_drivers(engagement: Engagement) -> list[dict[str, Any]]:
    """The three answers that add most to the inherent risk, in words."""
    lang = language()
    shown = []
    for driver in exposure.drivers(engagement.intake)[:3]:
        answer = engagement.intake.get(driver.question.key)
        keys = answer if isinstance(answer, list) else [answer]
        labels = [
            option.label.text_for(lang) for option in driver.question.options if option.key in keys
        ]
        shown.append(
            {
                "question": driver.question.text.text_for(lang),
                "answer": ", ".join(labels) if driver.known else _("not known yet"),
                "points": round(driver.points * 1000),
            }
        )
    return shown


def told(engagement: Engagement) -> str:
    """One sentence after saving: inherent risk, tier, and what drives them."""
    first, second, *_rest = top_drivers(engagement)
    return _(
        "Saved. Inherent risk is %(risk)s of 100, tier %(tier)s; most of it comes from "
        "“%(first)s” (%(answer1)s) and “%(second)s” (%(answer2)s)."
    ) % {
        "risk": points(engagement.inherent_risk * 10),
        "tier": Engagement.Tier(engagement.tier).label,
        "first": first["question"],
        "answer1": first["answer"],
        "second": second["question"],
        "answer2": second["answer"],
    }
