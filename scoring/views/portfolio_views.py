"""Views of the dashboard that people keep under a name and share."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from audit import paging
from audit.errors import Invalid
from scoring import links, portfolio_words
from scoring.forms.portfolio import ViewForm
from scoring.selectors.portfolio.views import own_views, removable_views, views_of
from scoring.services import portfolio_views as service
from scoring.views.portfolio import asked


def _crumbs(title: str) -> list[tuple[str, str]]:
    return [
        (_("Dashboard"), reverse("scoring:dashboard")),
        (_("Views"), reverse("scoring:views")),
        (title, ""),
    ]


@page(Permission.VIEW)
@require_safe
def index(request: Request) -> HttpResponse:
    """One's own views and those that others share."""
    shown = paging.page(
        views_of(request.principal),
        keys=("name", "id"),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    here = [view.pk for view in shown.rows]
    theirs = set(own_views(request.principal).filter(pk__in=here).values_list("pk", flat=True))
    removable = set(
        removable_views(request.principal).filter(pk__in=here).values_list("pk", flat=True)
    )
    rows = [
        {
            "view": view,
            "url": links.view_page(view),
            "said": portfolio_words.said(view.filters),
            "own": view.pk in theirs,
            "removable": view.pk in removable,
        }
        for view in shown.rows
    ]
    return render(
        request,
        "scoring/dashboard/views.html",
        {"rows": rows, "page": shown, "crumbs": [*_crumbs("")[:1], (_("Views"), "")]},
    )


@page(Permission.VIEW)
def add(request: Request) -> HttpResponse:
    """Keep the filters of the address under a name."""
    of = asked(request)
    filters = links.filters_but_unit(of)
    form = ViewForm(posted(request), unit=of.unit)
    if form.is_bound and form.is_valid():
        try:
            view = service.save(
                name=form.cleaned_data["name"],
                unit=of.unit,
                filters=filters,
                shared=form.cleaned_data["shared"],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
            return redirect(links.view_page(view))
    return render(
        request,
        "scoring/dashboard/view.html",
        {
            "title": _("Keep this view"),
            "form": form,
            "unit": of.unit,
            "said": portfolio_words.said(filters),
            "cancel_url": links.page_of("scoring:dashboard", of),
            "crumbs": _crumbs(_("Keep this view")),
        },
    )


@page(Permission.VIEW)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Another name for one's own view, or other people who have it."""
    view = get_object_or_404(own_views(request.principal), pk=pk)
    initial = {"name": view.name, "shared": view.shared}
    form = ViewForm(posted(request), unit=view.unit, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            service.change(
                view=view,
                name=form.cleaned_data["name"],
                shared=form.cleaned_data["shared"],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The view was changed."))
            return redirect("scoring:views")
    return render(
        request,
        "scoring/dashboard/view.html",
        {
            "title": view.name,
            "form": form,
            "unit": view.unit,
            "said": portfolio_words.said(view.filters),
            "cancel_url": reverse("scoring:views"),
            "crumbs": _crumbs(view.name),
        },
    )


@page(Permission.VIEW)
def remove(request: Request, pk: UUID) -> HttpResponse:
    """Remove a view, after asking."""
    view = get_object_or_404(removable_views(request.principal), pk=pk)
    if request.method == "POST":
        service.remove(view=view, by=request.principal)
        messages.success(request, _("The view “%(name)s” is gone.") % {"name": view.name})
        return redirect("scoring:views")
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": _("Remove view"),
            "question": _("Remove the view “%(name)s”?") % {"name": view.name},
            "text": _("Everybody with whom it is shared loses it too. No figures change.")
            if view.shared
            else _("No figures change."),
            "confirm_label": _("Remove view"),
            "danger": True,
            "cancel_url": reverse("scoring:views"),
            "crumbs": _crumbs(view.name),
        },
    )
