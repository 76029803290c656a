"""What a person was told, and how they want to be told."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.doors import as_request, posted
from accounts.forms import NotificationForm, take_refusal
from accounts.posting import post_only
from accounts.selectors.notifications import (
    calendar_feed_of,
    channels_of,
    digest_time_of,
    notifications_of,
    unread_count,
)
from accounts.services import calendar_feeds, members, notifications
from audit import paging
from audit.errors import Invalid


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The newest first; all of it, or what is not read yet."""
    asked = as_request(request)
    unread = request.GET.get("show") == "unread"
    found = paging.page(
        notifications_of(asked.principal, unread=unread),
        keys=("created_at", "id"),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    return render(
        request,
        "accounts/notifications.html",
        {"page": found, "unread": unread, "count": unread_count(asked.principal)},
    )


@login_required
@post_only
def follow(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mark one as read and go where it leads."""
    asked = as_request(request)
    told = get_object_or_404(notifications_of(asked.principal), pk=pk)
    notifications.mark_read(ids=[told.pk], by=asked.principal)
    here = reverse("accounts:notifications")
    safe = url_has_allowed_host_and_scheme(told.url, allowed_hosts=None)
    return redirect(told.url if told.url.startswith("/") and safe else here)


@login_required
@post_only
def read(request: HttpRequest) -> HttpResponse:
    """Mark one of them (`one`), or all, as read; or one as unread (`again`)."""
    asked = as_request(request)
    rows = notifications_of(asked.principal)
    if again := request.POST.get("again"):
        notifications.mark_unread(told=get_object_or_404(rows, pk=_id(again)), by=asked.principal)
    elif one := request.POST.get("one"):
        told = get_object_or_404(rows, pk=_id(one))
        notifications.mark_read(ids=[told.pk], by=asked.principal)
    else:
        notifications.mark_read(by=asked.principal)
        messages.success(request, _("All are marked as read."))
    back = reverse("accounts:notifications")
    return redirect(f"{back}?show=unread" if request.POST.get("show") == "unread" else back)


def _id(text: str) -> UUID:
    """The id in a form field; one that is none belongs to nothing."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """Channels, the time of digests, the language, and the calendar's address."""
    asked = as_request(request)
    user = asked.user
    when = digest_time_of(user)
    form = NotificationForm(
        posted(request),
        initial={
            **channels_of(user),
            "hour": when.hour,
            "weekday": when.weekday,
            "language": user.language,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            notifications.choose(
                user=user,
                channels=form.channels(),
                hour=form.cleaned_data["hour"],
                weekday=form.cleaned_data["weekday"],
                by=asked.principal,
            )
            user = members.change_profile(
                user=user,
                name=user.name,
                language=form.cleaned_data["language"],
                time_zone=user.time_zone,
                by=asked.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            with override(user.language):
                messages.success(request, _("Your choice is saved."))
            return redirect("accounts:notification_settings")
    return render(
        request,
        "accounts/notification_settings.html",
        {
            "form": form,
            "feed": calendar_feed_of(user),
            "crumbs": [
                (_("Notifications"), reverse("accounts:notifications")),
                (_("Settings"), ""),
            ],
        },
    )


@never_cache
@login_required
@post_only
def calendar(request: HttpRequest) -> HttpResponse:
    """Make the secret address of one's calendar and show it once; `revoke` takes it back."""
    asked = as_request(request)
    back = reverse("accounts:notification_settings")
    if request.POST.get("revoke"):
        calendar_feeds.revoke(user=asked.user, by=asked.principal)
        messages.success(request, _("The address of your calendar no longer works."))
        return redirect(f"{back}#calendar")
    token = calendar_feeds.make(user=asked.user, by=asked.principal)
    # The page belongs to a floor above this one, so it is named by address.
    address = request.build_absolute_uri(reverse("scoring:calendar", args=[token]))
    return render(
        request,
        "accounts/calendar_address.html",
        {
            "value": address,
            "label": _("Address"),
            "crumbs": [(_("How you are told"), back), (_("Calendar"), "")],
        },
    )
