"""API clients: the list, one client, and its keys."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.forms import ALL_UNITS, ApiClientForm, ApiKeyForm, Places, RotateForm, take_refusal
from accounts.models import ApiClient, ApiKey
from accounts.permissions import Permission
from accounts.rate_limit import parse_rate
from accounts.selectors import api_clients_visible_to, units_visible_to
from accounts.services import api_clients
from audit import clock, paging
from audit.errors import Invalid

MANAGE = Permission.MANAGE_API_CLIENTS


def _places(request: Request) -> Places:
    return Places(
        units_visible_to(request.principal, MANAGE),
        all_units=request.principal.units(MANAGE) is None,
    )


def _client(request: Request, pk: UUID) -> ApiClient:
    return get_object_or_404(api_clients_visible_to(request.principal), public_id=pk)


def _key(request: Request, pk: UUID, key_pk: UUID) -> ApiKey:
    return get_object_or_404(ApiKey, pk=key_pk, client=_client(request, pk))


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("API clients"), reverse("accounts:api_clients")), *more]


@require_safe
@page(MANAGE)
def index(request: Request) -> HttpResponse:
    """All clients that reach no unit of somebody else."""
    found = paging.page(
        api_clients_visible_to(request.principal).prefetch_related("keys"),
        keys=("name", "id"),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    rows = [_row(client) for client in found.rows]
    return render(request, "accounts/api_clients.html", {"page": found, "rows": rows})


def _row(client: ApiClient) -> dict[str, object]:
    """A client as the list shows it; reads nothing more from the database."""
    now, keys = clock.now(), list(client.keys.all())
    return {
        "client": client,
        "scopes": _words(client),
        "live_keys": [
            key
            for key in keys
            if key.revoked_at is None and (key.expires_at is None or key.expires_at > now)
        ],
        "last_used_at": max((key.last_used_at for key in keys if key.last_used_at), default=None),
    }


def _words(client: ApiClient) -> list[str]:
    words: dict[str, str] = settings.OAUTH2_PROVIDER["SCOPES"]
    return [str(words.get(scope, scope)) for scope in client.scopes]


@page(MANAGE)
def add(request: Request) -> HttpResponse:
    """A new client."""
    form = ApiClientForm(posted(request), places=_places(request))
    if request.method == "POST" and form.is_valid():
        try:
            client = api_clients.add(**form.values(), by=request.principal)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The client was added. Now give it a key."))
            return redirect("accounts:api_client", client.public_id)
    context = {"form": form, "title": _("Add an API client"), "cancel_url": _crumbs()[0][1]}
    context["crumbs"] = _crumbs((str(context["title"]), ""))
    return render(request, "accounts/api_client_form.html", context)


@page(MANAGE)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Another name, other scopes or other units."""
    client = _client(request, pk)
    where = [ALL_UNITS] if client.all_units else [str(unit.pk) for unit in client.units.all()]
    form = ApiClientForm(
        posted(request),
        initial={"name": client.name, "scopes": client.scopes, "units": where},
        places=_places(request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            api_clients.change(client=client, **form.values(), by=request.principal)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The client was changed."))
            return redirect("accounts:api_client", pk)
    own = reverse("accounts:api_client", args=[pk])
    context = {
        "form": form,
        "title": _("Change %(name)s") % {"name": client.name},
        "cancel_url": own,
        "crumbs": _crumbs((client.name, own), (_("Change"), "")),
    }
    return render(request, "accounts/api_client_form.html", context)


@require_safe
@page(MANAGE)
def client(request: Request, pk: UUID) -> HttpResponse:
    """One client with its keys."""
    found = _client(request, pk)
    return render(
        request,
        "accounts/api_client.html",
        {
            "client": found,
            "scopes": list(zip(found.scopes, _words(found), strict=True)),
            "keys": found.keys.order_by("-created_at"),
            "now": clock.now(),
            "quota": parse_rate(settings.API_RATE),
            "api_url": request.build_absolute_uri("/api/v1"),
            "token_url": request.build_absolute_uri(reverse("oauth_token")),
            "crumbs": _crumbs((found.name, "")),
        },
    )


@never_cache
@page(MANAGE)
def key_create(request: Request, pk: UUID) -> HttpResponse:
    """A new key; the answer shows it, once."""
    found = _client(request, pk)
    form = ApiKeyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            new = api_clients.create_key(
                client=found,
                label=form.cleaned_data["label"],
                expires_at=form.expires_at(),
                by=request.principal,
            )
        except Invalid:
            form.add_error("expires_on", _("Choose a day in the future."))
        else:
            return _show_once(request, found, new.secret, _("The new key"))
    return _ask(
        request,
        found,
        title=_("Create a key"),
        question=_("A new key for %(name)s") % {"name": found.name},
        text=_("The key is shown once, on the next page. Have a safe place for it ready."),
        confirm_label=_("Create key"),
        form=form,
    )


@never_cache
@page(MANAGE)
def key_rotate(request: Request, pk: UUID, key_pk: UUID) -> HttpResponse:
    """Replace a key by a new one, with time to change over."""
    key = _key(request, pk, key_pk)
    form = RotateForm(posted(request))
    if request.method == "POST" and form.is_valid():
        new = api_clients.rotate_key(
            key=key,
            overlap=timedelta(days=form.cleaned_data["overlap_days"]),
            by=request.principal,
        )
        return _show_once(request, key.client, new.secret, _("The new key"))
    return _ask(
        request,
        key.client,
        title=_("Replace a key"),
        question=_("Replace the key %(key)s by a new one?") % {"key": str(key)},
        text=_("Both work for a while, so that you can change over without a gap."),
        confirm_label=_("Create the new key"),
        form=form,
    )


@page(MANAGE)
def key_revoke(request: Request, pk: UUID, key_pk: UUID) -> HttpResponse:
    """End a key at once, after asking."""
    key = _key(request, pk, key_pk)
    if request.method == "POST":
        api_clients.revoke_key(key=key, by=request.principal)
        messages.success(request, _("The key no longer works."))
        return redirect("accounts:api_client", pk)
    return _ask(
        request,
        key.client,
        title=_("Revoke a key"),
        question=_("Revoke the key %(key)s?") % {"key": str(key)},
        text=_("Whatever uses it is refused from this moment on. This cannot be undone."),
        confirm_label=_("Revoke key"),
        danger=True,
    )


@page(MANAGE)
def switch(request: Request, pk: UUID) -> HttpResponse:
    """Switch a client off or on again, after asking."""
    found = _client(request, pk)
    if request.method == "POST":
        active = request.POST.get("active") == "yes"
        api_clients.switch(client=found, active=active, by=request.principal)
        done = _("The client is switched on.") if active else _("The client is switched off.")
        messages.success(request, done)
        return redirect("accounts:api_client", pk)
    return render(
        request,
        "accounts/api_client_switch.html",
        {"client": found, "crumbs": _crumbs((found.name, ""))},
    )


@never_cache
@page(MANAGE)
def secret(request: Request, pk: UUID) -> HttpResponse:
    """A new OAuth2 client secret; the answer shows it, once."""
    found = _client(request, pk)
    if request.method == "POST":
        made = api_clients.create_secret(client=found, by=request.principal)
        return _show_once(request, found, made, _("The new client secret"))
    return _ask(
        request,
        found,
        title=_("Create an OAuth2 secret"),
        question=_("A new OAuth2 client secret for %(name)s?") % {"name": found.name},
        text=_("The secret before it, and all access tokens, stop working at once."),
        confirm_label=_("Create secret"),
    )


def _show_once(request: Request, found: ApiClient, value: str, label: str) -> HttpResponse:
    own = reverse("accounts:api_client", args=[found.public_id])
    return render(
        request,
        "accounts/secret_once.html",
        {
            "client": found,
            "value": value,
            "label": label,
            "crumbs": _crumbs((found.name, own), (label, "")),
        },
    )


def _ask(request: Request, found: ApiClient, **context: object) -> HttpResponse:
    own = reverse("accounts:api_client", args=[found.public_id])
    crumbs = _crumbs((found.name, own), (str(context["title"]), ""))
    return render(
        request,
        "_components/confirm_page.html",
        {"cancel_url": own, **context, "crumbs": crumbs},
    )
