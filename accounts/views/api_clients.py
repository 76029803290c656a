"""API clients: the list, and one client with its keys."""

import json
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.client_forms import ApiClientForm
from accounts.doors import Request, page, posted
from accounts.forms import ALL_UNITS, Places, take_refusal
from accounts.models import ApiClient, ApiKey
from accounts.permissions import Permission
from accounts.proof import proved
from accounts.rate_limit import rate_of
from accounts.scope_words import MEANINGS
from accounts.selectors import api_clients_visible_to, units_visible_to
from accounts.selectors.api_keys import SOON, ending_soon_visible_to, keys_of, last_tokens
from accounts.services import api_clients
from audit import clock, paging
from audit.errors import Invalid

MANAGE = Permission.MANAGE_API_CLIENTS
#: The list names so many keys that end soon; the rows of their clients say so too.
_NAMED: Final = 5


def _places(request: Request) -> Places:
    return Places(
        units_visible_to(request.principal, MANAGE),
        all_units=request.principal.units(MANAGE) is None,
    )


def client_of(request: Request, pk: UUID) -> ApiClient:
    """The client, or 404 for who does not manage all of it."""
    return get_object_or_404(api_clients_visible_to(request.principal), public_id=pk)


def crumbs_to(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the list of clients."""
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
    tokens = last_tokens(found.rows)
    ending = ending_soon_visible_to(request.principal, clock.now())[:_NAMED]
    return render(
        request,
        "accounts/api_clients.html",
        {
            "page": found,
            "rows": [_row(client, tokens.get(client.pk)) for client in found.rows],
            "ending": ending,
        },
    )


def _row(client: ApiClient, last_token_at: datetime | None) -> dict[str, object]:
    """A client as the list shows it; reads nothing more from the database."""
    now, keys = clock.now(), list(client.keys.all())
    working = [key for key in keys if key.works_at(now)]
    # A key that was replaced may end: the other one takes over.
    ends = min(
        (key.expires_at for key in working if key.expires_at and not key.replaced_by_id),
        default=None,
    )
    return {
        "client": client,
        "scopes": _words(client),
        "may_connect": bool(working or client.secret_created_at),
        "ends": ends,
        "ends_soon": ends is not None and ends <= now + SOON,
        "endless": any(key.expires_at is None for key in working),
        "last_used_at": _latest(*(key.last_used_at for key in keys), last_token_at),
    }


def _latest(*moments: datetime | None) -> datetime | None:
    return max((one for one in moments if one), default=None)


def _words(client: ApiClient) -> list[str]:
    words: dict[str, str] = settings.OAUTH2_PROVIDER["SCOPES"]
    return [str(words.get(scope, scope)) for scope in client.scopes]


@page(MANAGE)
@proved()
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
    context = {"form": form, "title": _("Add an API client"), "cancel_url": crumbs_to()[0][1]}
    context["crumbs"] = crumbs_to((str(context["title"]), ""))
    return render(request, "accounts/api_client_form.html", context)


@page(MANAGE)
@proved()
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Another name, other scopes or other units."""
    client = client_of(request, pk)
    where = [ALL_UNITS] if client.all_units else [str(unit.pk) for unit in client.units.all()]
    form = ApiClientForm(
        posted(request),
        initial={
            "name": client.name,
            "scopes": client.scopes,
            "units": where,
            "requests_per_minute": client.requests_per_minute,
        },
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
        "crumbs": crumbs_to((client.name, own), (_("Change"), "")),
    }
    return render(request, "accounts/api_client_form.html", context)


@require_safe
@page(MANAGE)
def client(request: Request, pk: UUID) -> HttpResponse:
    """One client with its keys, and how to connect with them."""
    found, now = client_of(request, pk), clock.now()
    keys = list(keys_of(found))
    working = [key for key in keys if key.works_at(now)]
    return render(
        request,
        "accounts/api_client.html",
        {
            "client": found,
            "scopes": [
                (scope, words, MEANINGS.get(scope, ""))
                for scope, words in zip(found.scopes, _words(found), strict=True)
            ],
            "working": [(key, _ends_soon(key, now)) for key in working],
            "ended": [key for key in keys if not key.works_at(now)],
            "changes": [(key, _steps(key)) for key in working if key.replaced_by],
            "ending": ending_soon_visible_to(request.principal, now).filter(client=found),
            "quota": rate_of(found.requests_per_minute),
            "api_url": request.build_absolute_uri("/api/v1"),
            "token_url": request.build_absolute_uri(reverse("oauth_token")),
            "oauth_example": _oauth_example(request, found),
            "last_token_at": last_tokens([found]).get(found.pk),
            "may_read_log": request.principal.can(Permission.VIEW_LOG),
            "crumbs": crumbs_to((found.name, "")),
        },
    )


def _oauth_example(request: Request, found: ApiClient) -> str:
    """How to get an access token, what comes back, and how to ask with it."""
    token_url = request.build_absolute_uri(reverse("oauth_token"))
    given = {
        "access_token": "…",
        "expires_in": settings.OAUTH2_PROVIDER["ACCESS_TOKEN_EXPIRE_SECONDS"],
        "token_type": "Bearer",
        "scope": " ".join(found.scopes),
    }
    return (
        f"curl -u {found.client_id}:SECRET -d grant_type=client_credentials {token_url}\n"
        f"{json.dumps(given, ensure_ascii=False)}\n\n"
        f"curl -H 'Authorization: Bearer ACCESS_TOKEN' {request.build_absolute_uri('/api/v1')}/…"
    )


def _ends_soon(key: ApiKey, now: datetime) -> bool:
    return key.expires_at is not None and key.expires_at <= now + SOON


def _steps(old: ApiKey) -> list[dict[str, str]]:
    """How far the change from a key to the one that replaces it has come."""
    new = old.replaced_by
    taken_up = new is not None and new.last_used_at is not None
    left = taken_up and not old.used_since_replaced
    return [
        _step(True, _("Make the new key"), _("%(key)s is made.") % {"key": str(new)}),
        _step(
            taken_up,
            _("Put it into the system"),
            _("The system asks with the new key.")
            if taken_up
            else _("The system has not asked with the new key yet."),
        ),
        _step(
            left,
            _("See that the old key is not used any more"),
            _("%(key)s was not used since.") % {"key": str(old)}
            if not old.used_since_replaced
            else _("The system still asks with %(key)s, perhaps from another place.")
            % {"key": str(old)},
        ),
        _step(False, _("End the old key"), _("It ends by itself, or you revoke it before.")),
    ]


def _step(done: bool, name: str, hint: str) -> dict[str, str]:
    kind, status = ("done", _("Done")) if done else ("todo", _("To do"))
    return {"kind": kind, "status": status, "name": name, "hint": hint}


@page(MANAGE)
def switch(request: Request, pk: UUID) -> HttpResponse:
    """Switch a client off or on again, after asking."""
    found = client_of(request, pk)
    if request.method == "POST":
        active = request.POST.get("active") == "yes"
        api_clients.switch(client=found, active=active, by=request.principal)
        done = _("The client is switched on.") if active else _("The client is switched off.")
        messages.success(request, done)
        return redirect("accounts:api_client", pk)
    return render(
        request,
        "accounts/api_client_switch.html",
        {"client": found, "crumbs": crumbs_to((found.name, ""))},
    )
