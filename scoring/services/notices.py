"""Telling people that a rating moved to another band, and that a decision runs out."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.permissions import Permission
from accounts.principal import SYSTEM
from accounts.selectors import people_who
from accounts.services import notifications
from accounts.templatetags.ui import band_word
from audit import clock
from audit.models import Event
from scoring.selectors.decisions_due import due
from vendors.models import Engagement, Vendor, VendorUnit

#: What ended longer ago was told then; whoever came later finds it in the list of what is due.
_LATELY: Final = timedelta(days=30)


def tell_of(*, event_id: UUID) -> None:
    """Tell the owner of the vendor, in the unit of the score, that its band is another."""
    event = Event.objects.get(id=event_id)
    before, band = event.data["previous_band"], event.data["band"]
    if not before or not band or before == band:
        return
    vendor = Vendor.objects.get(pk=event.data["vendor_id"])
    links = VendorUnit.objects.filter(vendor=vendor, unit=event.unit_id, owner__isnull=False)
    for link in links.select_related("owner"):
        user = link.owner
        if user is None or (event.actor_kind, event.actor_id) == ("user", str(user.pk)):
            continue
        with translation.override(user.language):
            notifications.tell(
                user=user,
                kind="band_changed",
                title=_("%(vendor)s: %(before)s before, now %(band)s")
                % {
                    "vendor": vendor.name,
                    "before": band_word(before),
                    "band": band_word(band),
                },
                url=reverse("scoring:vendor", args=[vendor.pk]),
                unit_id=event.unit_id,
                about=vendor.pk,
                occasion=str(event.id),
            )


def tell_of_expiring() -> None:
    """Tell who decides in a unit, once that an approval there ends soon, and once that it has."""
    for engagement in due(SYSTEM, None, "expiring").select_related("vendor"):
        day = engagement.decision_expires_on
        said = _lazy("%(vendor)s, %(engagement)s: the decision ends on %(day)s")
        _tell(engagement, said, day, occasion=day.isoformat())
    ended = due(SYSTEM, None, "expired").filter(decision_expires_on__gte=clock.today() - _LATELY)
    for engagement in ended.select_related("vendor"):
        day = engagement.decision_expires_on
        said = _lazy(
            "%(vendor)s, %(engagement)s: the approval ended on %(day)s. Orders are blocked."
        )
        _tell(engagement, said, day, occasion=f"{day.isoformat()} ended")


def _tell(engagement: Engagement, said: Promise, day: date, *, occasion: str) -> None:
    for user in people_who(Permission.DECIDE, engagement.unit_id):
        with translation.override(user.language):
            notifications.tell(
                user=user,
                kind="decision_expiring",
                title=str(said)
                % {
                    "vendor": engagement.vendor.name,
                    "engagement": engagement.title,
                    "day": date_format(day, "DATE_FORMAT"),
                },
                url=reverse("scoring:decisions_of", args=[engagement.pk]),
                unit_id=engagement.unit_id,
                about=engagement.pk,
                occasion=occasion,
            )
