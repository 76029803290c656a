"""Telling people of off-boardings: what is theirs now, and which day has passed."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import notifications
from accounts.zones import zone
from audit import clock
from audit.models import Event
from vendors.models import Offboarding, OffboardingLine
from vendors.selectors.offboarding import title_of

#: What was due longer ago is not told any more.
_LATE: Final = timedelta(days=30)


def tell_of(event: Event) -> None:
    """The owner and the deputy when it begins or becomes theirs; the owner of a line likewise."""
    offboarding = (
        Offboarding.objects.select_related("engagement", "engagement__vendor", "owner", "deputy")
        .filter(pk=event.aggregate_id, status=Offboarding.Status.OPEN)
        .first()
    )
    if offboarding is None:
        return
    if event.type == "offboarding.line":
        _of_line(event, offboarding)
    else:
        fields = event.data.get("fields", ["owner", "deputy"])
        people = [offboarding.owner if "owner" in fields else None]
        people.append(offboarding.deputy if "deputy" in fields else None)
        _tell(event, offboarding, people)


def _of_line(event: Event, offboarding: Offboarding) -> None:
    """Whoever is given a line; that of the whole is known to be theirs."""
    line = OffboardingLine.objects.select_related("owner").filter(pk=event.data["line_id"]).first()
    given = event.data["how"] in {"added", "planned", "reopened"}
    if line is None or line.owner is None or not line.is_open or not given:
        return
    if line.owner_id not in {offboarding.owner_id, offboarding.deputy_id}:
        _tell(event, offboarding, [line.owner], line)


def _tell(
    event: Event,
    offboarding: Offboarding,
    people: Iterable[User | None],
    line: OffboardingLine | None = None,
) -> None:
    for user in people:
        caused = user and (event.actor_kind, event.actor_id) == ("user", str(user.pk))
        if user is None or caused:
            continue
        with translation.override(user.language):
            _write(user, offboarding, line, "offboarding_given", str(event.id))


def tell_of_overdue() -> None:
    """Tell who sees to a line, and who stands in, once, when the day is over where they are."""
    late = OffboardingLine.objects.filter(
        status=OffboardingLine.Status.OPEN,
        offboarding__status=Offboarding.Status.OPEN,
        due_on__lte=clock.today() + timedelta(days=1),
        due_on__gt=clock.today() - _LATE,
    ).select_related(
        "owner",
        "offboarding__owner",
        "offboarding__deputy",
        "offboarding__engagement__vendor",
    )
    for line in late:
        whole = line.offboarding
        for user in {line.owner or whole.owner, whole.deputy} - {None}:
            if user is None:
                continue
            if clock.now().astimezone(zone(user.time_zone)).date() > line.due_on:
                with translation.override(user.language):
                    _write(user, whole, line, "offboarding_overdue", line.due_on.isoformat())


def _write(
    user: User, offboarding: Offboarding, line: OffboardingLine | None, kind: str, occasion: str
) -> None:
    engagement = offboarding.engagement
    said = {"vendor": engagement.vendor.name, "title": engagement.title}
    words = _("Off-boarding that you see to: %(vendor)s, %(title)s")
    page, about = "vendors:offboarding", offboarding.pk
    if line is not None:
        said["title"] = title_of(line)
        page, about = "vendors:offboarding_line", line.pk
    if kind == "offboarding_overdue":
        words = _("Off-boarding overdue: %(vendor)s, %(title)s")
    notifications.tell(
        user=user,
        kind=kind,
        title=words % said,
        text=engagement.title,
        url=reverse(page, args=[about]),
        unit_id=engagement.unit_id,
        about=about,
        belongs_to=engagement.pk,
        occasion=occasion,
    )
