"""Adding, changing and taking off the assets of an IP schedule."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from audit.errors import Invalid, OutOfDate
from vendors import ip_words
from vendors.forms.ip import (
    REGISTRATIONS,
    SPARE,
    AssetEditForm,
    AssetForm,
    AttachForm,
    RegistrationForm,
    registrations_formset,
)
from vendors.models import Engagement, IpAsset
from vendors.selectors import engagements_visible_to
from vendors.selectors.ip import assets_visible_to, others_of_unit
from vendors.services import ip_assets as service
from vendors.views.ip import EDIT, found, schedule_url, trail
from vendors.views.stale import both

#: The button that only asks for more empty rows.
MORE = "more_rows"


@page(EDIT)
def add(request: Request, pk: UUID) -> HttpResponse:
    """A new asset on the schedule of an engagement."""
    engagement = found(request, pk, EDIT)
    form = AssetForm(posted(request))
    rows = registrations_formset(posted(request))
    if MORE in request.POST:
        form, rows = _with_more_rows(form, AssetForm)
    elif request.method == "POST" and form.is_valid() & rows.is_valid():
        try:
            asset = service.add(
                unit=engagement.unit,
                engagements=[engagement],
                values=form.cleaned_data,
                registrations=[values for _index, values in rows.filled()],
                by=request.principal,
            )
        except Invalid as refused:
            _take(form, rows, refused)
        else:
            messages.success(request, _("%(name)s is on the schedule.") % {"name": asset.name})
            return redirect(schedule_url(engagement.pk))
    return _page(request, form, rows, title=_("Add an asset"), engagement=engagement)


@page(EDIT)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """A changed asset, with its registrations. Where two people change it, both are shown."""
    asset = get_object_or_404(assets_visible_to(request.principal, EDIT), pk=pk)
    initial = {name: getattr(asset, name) for name in ip_words.ASSET_FIELDS}
    form = AssetEditForm(posted(request), initial={**initial, "version": asset.version})
    rows = registrations_formset(posted(request), rows=service.registrations_on_record(asset))
    clashes: list[dict[str, Any]] = []
    if MORE in request.POST:
        form, rows = _with_more_rows(form, AssetEditForm)
    elif request.method == "POST" and form.is_valid() & rows.is_valid():
        values = {name: form.cleaned_data[name] for name in ip_words.ASSET_FIELDS}
        try:
            service.change(
                asset=asset,
                version=form.cleaned_data["version"],
                values=values,
                registrations=[said for _index, said in rows.filled()],
                by=request.principal,
            )
        except Invalid as refused:
            _take(form, rows, refused)
        except OutOfDate as refused:
            clashes = [
                *both(form, refused, refused.extra["current"]),
                _registrations_of_both(asset, rows),
            ]
        else:
            messages.success(request, _("Saved."))
            return redirect(_home(asset, request))
    return _page(
        request,
        form,
        rows,
        title=_("Edit asset"),
        asset=asset,
        engagement=_first(asset, request),
        clashes=clashes,
    )


def _registrations_of_both(asset: IpAsset, rows: Any) -> dict[str, Any]:
    def told(entries: Any) -> str:
        return ", ".join(
            " ".join(part for part in (one["territory"], one["status"], one["number"]) if part)
            for one in entries
        )

    return {
        "label": _("Registrations"),
        "target": "registrations",
        "mine": told(said for _index, said in rows.filled()),
        "theirs": told(service.registrations_on_record(asset)),
    }


@page(EDIT)
def attach(request: Request, pk: UUID) -> HttpResponse:
    """Put an asset that the unit has on record on this schedule as well."""
    engagement = found(request, pk, EDIT)
    form = AttachForm(posted(request), assets=others_of_unit(engagement))
    if request.method == "POST" and form.is_valid():
        asset = form.cleaned_data["asset"]
        service.attach(asset=asset, engagement=engagement, by=request.principal)
        messages.success(request, _("%(name)s is on the schedule.") % {"name": asset.name})
        return redirect(schedule_url(engagement.pk))
    title = _("Take an asset from your list")
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": title,
            "form": form,
            "question": engagement.title,
            "text": _("Assets of your business unit that are not on this schedule yet."),
            "confirm_label": _("Put it on the schedule"),
            "cancel_url": schedule_url(engagement.pk),
            "crumbs": trail(engagement, (title, "")),
        },
    )


@page(EDIT)
def detach(request: Request, pk: UUID, asset: UUID) -> HttpResponse:
    """Take an asset off the schedule, after asking."""
    engagement = found(request, pk, EDIT)
    row = get_object_or_404(
        assets_visible_to(request.principal, EDIT).filter(engagements=engagement), pk=asset
    )
    if request.method == "POST":
        service.detach(asset=row, engagement=engagement, by=request.principal)
        messages.success(request, _("%(name)s was taken off the schedule.") % {"name": row.name})
        return redirect(schedule_url(engagement.pk))
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": _("Take off the schedule"),
            "question": _("Take “%(name)s” off the schedule of “%(title)s”?")
            % {"name": row.name, "title": engagement.title},
            "text": _(
                "It then counts as not entrusted there. The asset and its registrations stay on "
                "your list, and can be put back at any time."
            ),
            "confirm_label": _("Take it off"),
            "cancel_url": schedule_url(engagement.pk),
            "danger": True,
            "crumbs": trail(engagement, (_("Take off the schedule"), "")),
        },
    )


def _first(asset: IpAsset, request: Request) -> Engagement | None:
    mine = engagements_visible_to(request.principal, Permission.VIEW)
    return mine.filter(ip_assets=asset).order_by("-pk").first()


def _home(asset: IpAsset, request: Request) -> str:
    engagement = _first(asset, request)
    return schedule_url(engagement.pk) if engagement else "/"


def _page(
    request: Request,
    form: Any,
    rows: Any,
    *,
    title: str,
    engagement: Engagement | None,
    **context: Any,
) -> HttpResponse:
    clashes = context.get("clashes")
    return render(
        request,
        "vendors/ip/asset_form.html",
        {
            "title": title,
            "form": form,
            "rows": rows,
            "engagement": engagement,
            "cancel_url": schedule_url(engagement.pk) if engagement else "/",
            "crumbs": trail(engagement, (title, "")) if engagement else [(title, "")],
            "has_errors": bool(form.errors) or bool(rows.is_bound and rows.total_error_count()),
            **context,
        },
        status=409 if clashes else 200,
    )


def _with_more_rows(form: Any, kind: Any) -> tuple[Any, Any]:
    """The form as it was typed, unchecked, with more rows for registrations."""
    data = form.data
    typed = []
    count = data.get(f"{REGISTRATIONS}-TOTAL_FORMS", "0")
    for index in range(min(int(count), 300) if count.isdecimal() else 0):
        row = {
            name: data.get(f"{REGISTRATIONS}-{index}-{name}", "")
            for name in RegistrationForm.base_fields
        }
        if any(row.values()):
            typed.append(row)
    values = {name: data.get(name, "") for name in form.fields}
    return kind(initial=values), registrations_formset(rows=typed, spare=SPARE + 2)


def _take(form: Any, rows: Any, refused: Invalid) -> None:
    """Show at their fields what the service found wrong, also in the rows of registrations."""
    filled = [index for index, _values in rows.filled()]
    rest: dict[str, list[str]] = {}
    for name, said in refused.extra["errors"].items():
        head, _dot, field = name.partition(".")
        if head != "registrations" or not field:
            rest[name] = said
            continue
        place, _dot, field = field.partition(".")
        row = rows.forms[filled[int(place)]]
        take_refusal(row, {field: said})
    take_refusal(form, rest)
