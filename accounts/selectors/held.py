"""What is held about a member who has left, for whoever may hand it out or erase it."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db.models import CASCADE, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import KnownDevice, Letter, Membership, Notification, User
from accounts.permissions import Permission
from accounts.principal import Principal
from audit.models import Event

HEADINGS: Final[Mapping[str, str | Promise]] = {
    "member": _("Member"),
    "roles": _("Roles"),
    "notifications": _("Notifications"),
    "letters": _("Letters"),
    "devices": _("Browsers and networks that they signed in from"),
    "events": _("Entries of the log"),
}


def former_members(principal: Principal) -> QuerySet[User]:
    """Members whose account is switched off, for administrators of all units; nobody for others."""
    rows = User.objects.filter(is_active=False)
    return rows if principal.units(Permission.MANAGE_MEMBERS) is None else rows.none()


def goes_with(user: User) -> list[QuerySet[Any]]:
    """The rows that belong to an account and go with it, as their tables say."""
    relations: Any = User._meta.get_fields(include_hidden=True)
    return [
        one.related_model.objects.filter(**{one.field.name: user})
        for one in relations
        if one.auto_created and not one.concrete and getattr(one, "on_delete", None) is CASCADE
    ]


def held_about(user: User) -> dict[str, list[dict[str, Any]]]:
    """Part -> entries, as plain values; the parts are those of `HEADINGS`."""
    events = Event.objects.filter(
        Q(actor_kind="user", actor_id=str(user.pk))
        | Q(aggregate_type="member", aggregate_id=user.pk)
    )
    letters = Letter.objects.filter(to__iexact=user.email).order_by("created_at", "pk")
    roles = Membership.objects.filter(user=user).select_related("unit")
    told = Notification.objects.filter(user=user).order_by("created_at", "pk")
    return {
        "member": [_values(user, "id", "name", "email", "language", "time_zone", "created_at")],
        "roles": [{"role": one.role, "unit": str(one.unit or "")} for one in roles],
        "notifications": [_values(one, "created_at", "title", "text") for one in told],
        "letters": [
            _values(one, "created_at", "sent_at", "state", "subject", "text") for one in letters
        ],
        "devices": [
            _values(one, "browser", "system", "network", "first_seen_at", "seen_at")
            for one in KnownDevice.objects.filter(user=user).order_by("first_seen_at", "pk")
        ],
        "events": [
            {
                "id": str(one.id),
                "type": one.type,
                "occurred_at": one.occurred_at.isoformat(),
                "data": one.data,
                "detail": one.detail.data if hasattr(one, "detail") else None,
            }
            for one in events.select_related("detail").order_by("position")
        ],
    }


def _values(row: Any, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
