"""Messages to an endpoint: one of them with its attempts, and sending them once more."""

import json
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.posting import post_only
from audit import clock
from webhooks import selectors, words
from webhooks.forms import RedeliverForm
from webhooks.models import Attempt, Delivery
from webhooks.services import deliveries
from webhooks.views.endpoints import MANAGE, below, found


def _delivery(request: Request, pk: UUID, delivery: UUID) -> Delivery:
    rows = selectors.deliveries_visible_to(request.principal)
    return get_object_or_404(rows, pk=delivery, endpoint=pk)


@require_safe
@never_cache
@page(MANAGE)
def show(request: Request, pk: UUID, delivery: UUID) -> HttpResponse:
    """A message: what it says, how it stands, what became of each attempt."""
    message = _delivery(request, pk, delivery)
    return render(
        request,
        "webhooks/delivery.html",
        {
            "delivery": message,
            "endpoint": message.endpoint,
            "said": words.describe(message.type),
            "payload": json.dumps(message.payload, indent=2, ensure_ascii=False),
            "attempts": _with_pauses(list(selectors.attempts_of(message))),
            "crumbs": below(message.endpoint, _("Message")),
        },
    )


def _with_pauses(attempts: Sequence[Attempt]) -> list[tuple[Attempt, str]]:
    """Each attempt, the newest first, and how long after the one before it."""
    before = [one.at for one in attempts[1:]]
    pauses = [_pause(now.at - then) for now, then in zip(attempts, before, strict=False)]
    return list(zip(attempts, [*pauses, ""], strict=False))


def _pause(time: timedelta) -> str:
    seconds = round(time.total_seconds())
    if seconds < 120:
        return _("%(number)s s later") % {"number": seconds}
    if seconds < 7200:
        return _("%(number)s min later") % {"number": round(seconds / 60)}
    return _("%(number)s h later") % {"number": round(seconds / 3600)}


@post_only
@page(MANAGE)
def again(request: Request, pk: UUID, delivery: UUID) -> HttpResponse:
    """Send a message once more."""
    deliveries.redeliver(delivery=_delivery(request, pk, delivery), by=request.principal)
    messages.success(request, _("The message is being sent once more."))
    return redirect("webhooks:delivery", pk, delivery)


@page(MANAGE)
def again_all(request: Request, pk: UUID) -> HttpResponse:
    """Send all messages once more that were given up, after asking since when."""
    endpoint = found(request, pk)
    form = RedeliverForm(posted(request))
    if request.method == "POST" and form.is_valid():
        since = clock.now() - timedelta(hours=form.cleaned_data["hours"])
        count = deliveries.redeliver_dead(endpoint=endpoint, since=since, by=request.principal)
        said = ngettext(
            "%(count)d message is being sent once more.",
            "%(count)d messages are being sent once more.",
            count,
        ) % {"count": count}
        messages.success(request, said if count else _("Nothing was given up in that time."))
        return redirect("webhooks:endpoint", pk)
    title = _("Send again what was given up")
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": title,
            "question": _("Send once more what %(name)s has not taken?") % {"name": endpoint.name},
            "text": _(
                "The oldest first, each with the id it had. A receiver that keeps the ids it has "
                "seen takes none of them twice."
            ),
            "confirm_label": _("Send again"),
            "form": form,
            "cancel_url": reverse("webhooks:endpoint", args=[pk]),
            "crumbs": below(endpoint, title),
        },
    )
