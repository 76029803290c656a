"""Rule-of-law indices: those imported, a new edition with its preview, one of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from audit.errors import Invalid
from vendors.forms.law import IndexForm, ReasonForm, pack, unpack
from vendors.law_words import place_name
from vendors.selectors import law
from vendors.services import law_indices, law_release
from vendors.views.law import MANAGE, country_page, crumbs, may_manage

#: How many problems the preview shows.
SHOWN = 200


def _crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    url = reverse("vendors:law_indices") if rest else ""
    return crumbs((_("Indices"), url), *rest)


@page(Permission.VIEW)
@require_safe
def index(request: Request) -> HttpResponse:
    """Every edition imported, with what was taken back."""
    return render(
        request,
        "vendors/law/indices.html",
        {
            "editions": list(law.editions()[:200]),
            "may_manage": may_manage(request.principal),
            "crumbs": _crumbs(),
        },
    )


@page(MANAGE, everywhere=True)
def add(request: Request) -> HttpResponse:
    """Upload an edition; it is looked through, and nothing is written before it is confirmed."""
    law_release.ensure()
    if "token" in request.POST:
        return _import(request)
    form = IndexForm(posted(request), request.FILES or None)
    shown: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            looked = law_indices.preview(content=file.read(), by=request.principal, **form.values())
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            shown = _preview(looked, form.values(), file.name)
    return render(
        request,
        "vendors/law/index_add.html",
        {
            "form": form,
            **shown,
            "cancel_url": reverse("vendors:law_indices"),
            "crumbs": _crumbs((_("Import an edition"), "")),
        },
    )


def _preview(looked: law_indices.Preview, values: dict[str, Any], file_name: str) -> dict[str, Any]:
    figures = looked.figures
    good = not figures.problems and not looked.unknown and bool(figures.values)
    rows = [
        (place_name(code), code, value, looked.before.get(code))
        for code, value in sorted(figures.values.items())
    ]
    return {
        "looked": looked,
        "rows": rows,
        "problems": figures.problems[:SHOWN],
        "problem_count": len(figures.problems),
        "good": good,
        "token": pack(values, dict(figures.values), file_name) if good else "",
        "name": values["name"],
        "edition": values["edition"],
    }


def _import(request: Request) -> HttpResponse:
    try:
        values, figures, file_name = unpack(request.POST["token"])
    except signing.BadSignature:
        messages.warning(request, _("That preview was out of date. Upload the file again."))
        return redirect("vendors:law_index_add")
    try:
        made = law_indices.import_edition(
            values=figures, file_name=file_name, by=request.principal, **values
        )
    except Invalid as refused:
        messages.warning(request, refused.message)
        return redirect("vendors:law_index_add")
    messages.success(
        request,
        ngettext(
            "%(name)s was imported for %(count)d country.",
            "%(name)s was imported for %(count)d countries.",
            len(figures),
        )
        % {"name": made, "count": len(figures)},
    )
    return redirect("vendors:law_index", made.pk)


@page(Permission.VIEW)
@require_safe
def show(request: Request, pk: UUID) -> HttpResponse:
    """One edition with its figures."""
    edition = get_object_or_404(law.editions(), pk=pk)
    figures = sorted(
        (
            (place_name(row.country.code), country_page(row.country.code), law.index_value(row))
            for row in law.figures_of(edition)
        ),
        key=lambda one: one[0],
    )
    return render(
        request,
        "vendors/law/index.html",
        {
            "edition": edition,
            "figures": figures,
            "may_manage": may_manage(request.principal),
            "crumbs": _crumbs((str(edition), "")),
        },
    )


@page(MANAGE, everywhere=True)
def withdraw(request: Request, pk: UUID) -> HttpResponse:
    """Take an edition back, after asking."""
    edition = get_object_or_404(law.editions().filter(withdrawal=None), pk=pk)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            law_indices.withdraw(
                edition=edition, reason=form.cleaned_data["reason"], by=request.principal
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("Taken back. An earlier edition counts again."))
            return redirect("vendors:law_indices")
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": _("Take back an edition"),
            "question": _("Take back “%(name)s”?") % {"name": edition},
            "text": _("An earlier edition counts again; without one, the index is unknown."),
            "confirm_label": _("Take back"),
            "danger": True,
            "form": form,
            "cancel_url": reverse("vendors:law_index", args=[pk]),
            "crumbs": _crumbs((str(edition), ""), (_("Take back"), "")),
        },
    )
