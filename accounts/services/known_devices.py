"""A sign-in from a device that was not seen before: its owner is told by letter."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as lazy

from accounts import devices
from accounts.models import KnownDevice, User
from accounts.services import security_letters
from audit import clock


@transaction.atomic
def note(*, user: User, before: datetime | None, agent: str, ip: str | None) -> None:
    """They have signed in with this browser (`agent`) from there. `before`: when they last did.

    Nobody is told of their very first sign-in, which has to be from somewhere new, nor of the first
    one since devices are kept.
    """
    browser, system = devices.parts(agent)
    now = clock.now()
    row, is_new = KnownDevice.objects.get_or_create(
        user=user,
        browser=browser,
        system=system,
        network=devices.network(ip),
        defaults={"first_seen_at": now, "seen_at": now},
    )
    if not is_new:
        KnownDevice.objects.filter(pk=row.pk).update(seen_at=now)
    elif before is not None and _is_news(row, before=before):
        security_letters.tell(
            user,
            title=lazy("A sign-in to your account from a new device"),
            text=lazy(
                "Somebody signed in to your account with a browser or from a network that was not "
                "seen with it before. If that was you, there is nothing to do. If not, end the "
                "session, change your password and tell an administrator at once."
            ),
            agent=agent or " ",
            ip=ip or "",
            sessions=True,
        )


def _is_news(row: KnownDevice, *, before: datetime) -> bool:
    """Whether this device differs from others; for somebody of whom none is known, nothing does.

    They last signed in before devices were kept, unless it is so long ago that theirs are erased.
    """
    if KnownDevice.objects.filter(user_id=row.user_id).exclude(pk=row.pk).exists():
        return True
    days = settings.RETENTION["devices"]
    return bool(days) and before < clock.now() - timedelta(days=days)


def old(kept: timedelta) -> QuerySet[KnownDevice]:
    """Those that nobody has signed in from for so long."""
    return KnownDevice.objects.filter(seen_at__lt=clock.now() - kept)
