"""The keys of API clients, and their OAuth2 secret: made, replaced, ended."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.client_forms import ApiKeyForm, RotateForm
from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.models import ApiClient, ApiKey
from accounts.proof import proved
from accounts.selectors.api_keys import keys_of
from accounts.services import api_clients
from accounts.views.api_clients import MANAGE, client_of, crumbs_to
from audit.errors import Invalid

#: Something that the client may read, to try a new key with.
_TO_TRY: Final = {
    "vendors:read": "/api/v1/vendors?limit=1",
    "scores:read": "/api/v1/scores?limit=1",
    "webhooks:manage": "/api/v1/webhook-endpoints",
}


def _key(request: Request, pk: UUID, key_pk: UUID) -> ApiKey:
    return get_object_or_404(keys_of(client_of(request, pk)), pk=key_pk)


@never_cache
@page(MANAGE)
@proved()
def key_create(request: Request, pk: UUID) -> HttpResponse:
    """A new key; the answer shows it, once."""
    found = client_of(request, pk)
    form = ApiKeyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            new = api_clients.create_key(
                client=found,
                label=form.cleaned_data["label"],
                expires_at=form.expires_at(),
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            return _show_key(request, new)
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
@proved()
def key_rotate(request: Request, pk: UUID, key_pk: UUID) -> HttpResponse:
    """Replace a key by a new one, with time to change over."""
    key = _key(request, pk, key_pk)
    form = RotateForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            new = api_clients.rotate_key(
                key=key,
                overlap=timedelta(days=form.cleaned_data["overlap_days"]),
                expires_at=form.expires_at(),
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            return _show_key(request, new)
    return _ask(
        request,
        key.client,
        title=_("Replace a key"),
        question=_("Replace the key %(key)s with a new one?") % {"key": str(key)},
        text=_(
            "1. The new key is shown once, on the next page.\n"
            "2. Put it into the system. Both work for a while, so there is no gap.\n"
            "3. The page of the client shows when the system has changed over; then the old key"
            " ends."
        ),
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


@never_cache
@page(MANAGE)
@proved()
def secret(request: Request, pk: UUID) -> HttpResponse:
    """A new OAuth2 client secret; the answer shows it, once."""
    found = client_of(request, pk)
    if request.method == "POST":
        made = api_clients.create_secret(client=found, by=request.principal)
        token_url = request.build_absolute_uri(reverse("oauth_token"))
        return _show_once(
            request,
            found,
            made,
            _("The new client secret"),
            f"curl -u {found.client_id}:{made} -d grant_type=client_credentials {token_url}",
        )
    return _ask(
        request,
        found,
        title=_("Create an OAuth2 secret"),
        question=_("A new OAuth2 client secret for %(name)s?") % {"name": found.name},
        text=_("An earlier secret, and all access tokens, stop working at once."),
        confirm_label=_("Create secret"),
    )


def _show_key(request: Request, new: api_clients.NewKey) -> HttpResponse:
    client = new.key.client
    path = next((path for scope, path in _TO_TRY.items() if scope in client.scopes), "")
    address = request.build_absolute_uri(path)
    example = f"curl -H 'Authorization: Bearer {new.secret}' '{address}'" if path else ""
    return _show_once(request, client, new.secret, _("The new key"), example)


def _show_once(
    request: Request, found: ApiClient, value: str, label: str, example: str
) -> HttpResponse:
    own = reverse("accounts:api_client", args=[found.public_id])
    return render(
        request,
        "accounts/secret_once.html",
        {
            "client": found,
            "value": value,
            "label": label,
            "example": example,
            "crumbs": crumbs_to((found.name, own), (label, "")),
        },
    )


def _ask(request: Request, found: ApiClient, **context: object) -> HttpResponse:
    own = reverse("accounts:api_client", args=[found.public_id])
    crumbs = crumbs_to((found.name, own), (str(context["title"]), ""))
    return render(
        request,
        "_components/confirm_page.html",
        {"cancel_url": own, **context, "crumbs": crumbs},
    )
