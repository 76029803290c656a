"""Webhook endpoints: the list, one of them with its messages, adding, changing, switching off."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.posting import post_only
from accounts.proof import proved
from audit.errors import Invalid, OutOfDate, Refused
from webhooks import selectors, words
from webhooks.forms import DeliveryFilter, EndpointForm, NewEndpointForm, RotateSecretForm
from webhooks.models import Endpoint
from webhooks.services import deliveries, endpoints

MANAGE: Final = Permission.MANAGE_WEBHOOKS
#: Messages on a page.
SIZE: Final = 25


def found(request: Request, pk: UUID) -> Endpoint:
    """The endpoint of the address; 404 where it is not theirs to manage."""
    rows = selectors.endpoints_visible_to(request.principal)
    return get_object_or_404(rows.prefetch_related("client__units"), pk=pk)


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the list."""
    return [(_("Webhooks"), reverse("webhooks:endpoints")), *more]


def below(endpoint: Endpoint, title: str) -> list[tuple[str, str]]:
    """The way to a page below an endpoint."""
    return crumbs((endpoint.name, reverse("webhooks:endpoint", args=[endpoint.pk])), (title, ""))


@require_safe
@page(MANAGE)
def index(request: Request) -> HttpResponse:
    """The endpoints of all clients that they may manage, the newest first."""
    shown = selectors.endpoints_page(
        request.principal, after=request.GET.get("after"), before=request.GET.get("before")
    )
    counts = selectors.counts_of(shown.rows)
    rows = [
        {"endpoint": one, "counts": counts[str(one.pk)], "told": selectors.told_types(one)}
        for one in shown.rows
    ]
    return render(request, "webhooks/endpoints.html", {"page": shown, "rows": rows})


@never_cache
@page(MANAGE)
@proved()
def add(request: Request) -> HttpResponse:
    """A new endpoint; the answer shows its secret, once."""
    clients = list(selectors.clients_for_endpoints(request.principal))
    form = NewEndpointForm(posted(request), clients=clients, words=words.every())
    if request.method == "POST" and form.is_valid():
        try:
            new = endpoints.add(**form.values(), by=request.principal)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except Refused as refused:
            form.add_error("client", refused.message)
        else:
            return _show_once(request, new, _("The secret of the new endpoint"))
    title = _("Add a webhook endpoint")
    context = {
        "form": form,
        "title": title,
        "clients": clients,
        "may_add_clients": request.principal.can(Permission.MANAGE_API_CLIENTS),
        "crumbs": crumbs((title, "")),
    }
    return render(request, "webhooks/endpoint_form.html", context)


@page(MANAGE)
@proved()
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Another address, description or choice. Where two people change it, both are shown."""
    endpoint = found(request, pk)
    fields = ("url", "description", "event_types", "version")
    initial = {name: getattr(endpoint, name) for name in fields}
    form = EndpointForm(posted(request), initial=initial, words=words.every())
    clashes: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            endpoints.change(
                endpoint=endpoint,
                version=form.cleaned_data["version"] or 0,
                by=request.principal,
                **form.values(),
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except OutOfDate as late:
            mine = form.values()
            form = EndpointForm(
                initial={**mine, "version": late.extra["version"]}, words=words.every()
            )
            clashes = _clashes(form, mine, late.extra["current"])
        else:
            messages.success(request, _("Saved."))
            return redirect("webhooks:endpoint", pk)
    context = {
        "form": form,
        "endpoint": endpoint,
        "title": _("Change a webhook endpoint"),
        "clashes": clashes,
        "crumbs": below(endpoint, _("Change")),
    }
    status = 409 if clashes else 200
    return render(request, "webhooks/endpoint_form.html", context, status=status)


def _clashes(
    form: EndpointForm, mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> list[dict[str, str]]:
    def told(value: Any) -> str:
        return value if isinstance(value, str) else ", ".join(sorted(value)) or _("Everything")

    return [
        {
            "label": str(form[name].label),
            "target": str(form[name].auto_id),
            "mine": told(value),
            "theirs": told(theirs[name]),
        }
        for name, value in mine.items()
        if told(value) != told(theirs[name])
    ]


@require_safe
@never_cache
@page(MANAGE)
def show(request: Request, pk: UUID) -> HttpResponse:
    """An endpoint: what it is told, how it stands, and the messages to it."""
    endpoint = found(request, pk)
    form = DeliveryFilter(request.GET, words=words.every())
    chosen = form.cleaned_data if form.is_valid() else {}
    listed = selectors.deliveries_page(
        endpoint,
        state=chosen.get("state", ""),
        event_type=chosen.get("type", ""),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        size=SIZE,
    )
    told = selectors.told_types(endpoint)
    return render(
        request,
        "webhooks/endpoint.html",
        {
            "endpoint": endpoint,
            "form": form,
            "filtered": any(chosen.values()),
            "page": listed,
            "rows": [(one, words.describe(one.type)) for one in listed.rows],
            "counts": selectors.counts_of([endpoint])[str(endpoint.pk)],
            "told": words.grouped(told),
            "not_told": [one for one in endpoint.event_types if one not in told],
            "secrets": list(selectors.live_secrets_of(endpoint)),
            "may_see_client": request.principal.can(Permission.MANAGE_API_CLIENTS),
            "crumbs": crumbs((endpoint.name, "")),
        },
    )


@page(MANAGE)
def switch(request: Request, pk: UUID) -> HttpResponse:
    """Switch an endpoint off, or on again, after asking."""
    endpoint = found(request, pk)
    if request.method == "POST":
        enabled = request.POST.get("enabled") == "yes"
        endpoints.switch(endpoint=endpoint, enabled=enabled, by=request.principal)
        done = _("The endpoint is switched on.") if enabled else _("The endpoint is switched off.")
        messages.success(request, done)
        return redirect("webhooks:endpoint", pk)
    if endpoint.enabled:
        return _ask(
            request,
            endpoint,
            title=_("Switch off a webhook endpoint"),
            question=_("Switch off %(name)s?") % {"name": endpoint.name},
            text=_(
                "Nothing is sent there until it is switched on again. What happens meanwhile is "
                "not kept for it: the receiver has to read it from the change feed."
            ),
            confirm_label=_("Switch off"),
            danger=True,
            hidden_values=[("enabled", "no")],
        )
    return _ask(
        request,
        endpoint,
        title=_("Switch on a webhook endpoint"),
        question=_("Switch on %(name)s again?") % {"name": endpoint.name},
        text=_(
            "From now on it is told what happens. What was waiting already is sent at once; what "
            "happened while it was off is not: the receiver reads it from the change feed."
        ),
        confirm_label=_("Switch on"),
        hidden_values=[("enabled", "yes")],
    )


@page(MANAGE)
def delete(request: Request, pk: UUID) -> HttpResponse:
    """Remove an endpoint with its messages, after asking."""
    endpoint = found(request, pk)
    if request.method == "POST":
        endpoints.remove(endpoint=endpoint, by=request.principal)
        messages.success(request, _("The endpoint was deleted."))
        return redirect("webhooks:endpoints")
    return _ask(
        request,
        endpoint,
        title=_("Delete a webhook endpoint"),
        question=_("Delete %(name)s?") % {"name": endpoint.name},
        text=_(
            "Its messages, those still waiting too, and what became of them are gone with it. "
            "To stop for a while, switch it off instead."
        ),
        confirm_label=_("Delete the endpoint"),
        danger=True,
    )


@post_only
@page(MANAGE)
def test(request: Request, pk: UUID) -> HttpResponse:
    """Send a test message, and show what becomes of it."""
    made = deliveries.test(endpoint=found(request, pk), by=request.principal)
    messages.success(request, _("A test message is on its way. Look here what becomes of it."))
    return redirect("webhooks:delivery", pk, made.pk)


@never_cache
@page(MANAGE)
@proved()
def rotate(request: Request, pk: UUID) -> HttpResponse:
    """A new secret, with time to change over; the answer shows it, once."""
    endpoint = found(request, pk)
    form = RotateSecretForm(posted(request))
    if request.method == "POST" and form.is_valid():
        new = endpoints.rotate_secret(
            endpoint=endpoint, overlap=form.overlap(), by=request.principal
        )
        return _show_once(request, new, _("The new secret"))
    return _ask(
        request,
        endpoint,
        title=_("Replace the secret"),
        question=_("A new secret for %(name)s?") % {"name": endpoint.name},
        text=_(
            "For a while every message is signed with the old and with the new secret, so that the "
            "receiver can change over without a gap. The new one is shown once, on the next page."
        ),
        confirm_label=_("Create the new secret"),
        form=form,
    )


def _show_once(request: Request, new: endpoints.NewSecret, label: str) -> HttpResponse:
    context = {
        "endpoint": new.endpoint,
        "value": new.secret,
        "label": label,
        "old": [one for one in selectors.live_secrets_of(new.endpoint) if one.expires_at],
        "crumbs": below(new.endpoint, label),
    }
    return render(request, "webhooks/secret_once.html", context)


def _ask(request: Request, endpoint: Endpoint, *, title: str, **context: Any) -> HttpResponse:
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": title,
            "cancel_url": reverse("webhooks:endpoint", args=[endpoint.pk]),
            "crumbs": below(endpoint, title),
            **context,
        },
    )
