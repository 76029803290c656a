"""The calendar of one person: days of their work, as a file that calendar programs read.

RFC 5545. An event says the vendor and what is due, nothing that is confidential.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration

from accounts import mail
from accounts.principal import Principal
from scoring.selectors.work import work_of
from vendors.selectors.work_source import Work

#: A calendar holds so many days at most, the earliest first.
MOST: Final = 500


def days_of(principal: Principal) -> list[Work]:
    """What has a day among the work of this person."""
    return [one for one in work_of(principal, size=MOST).rows if one.day is not None]


def tag_of(days: Sequence[Work], language: str) -> str:
    """A tag that changes when anything in the calendar does."""
    told = [f"{one.source} {one.subject} {one.day} {one.vendor} {one.what}" for one in days]
    return sha256("\n".join([language, *told]).encode()).hexdigest()[:32]


def calendar(days: Sequence[Work], *, stamp: datetime) -> bytes:
    """The file: one event of a whole day for each, so that it is that day wherever one is."""
    found = Calendar()
    found.add("prodid", "-//Surety//Surety//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", _("Surety: my work"))
    found.add("refresh-interval", vDuration(timedelta(hours=1)), parameters={"value": "DURATION"})
    for one in days:
        if one.day is not None:
            found.add_component(_event(one, stamp))
    return bytes(found.to_ical())


def _event(one: Work, stamp: datetime) -> Event:
    event = Event()
    # The same for the same thing, so that a day that moves moves its event.
    event.add("uid", f"{one.source}-{one.subject}@{mail.domain()}")
    event.add("dtstamp", stamp)
    if one.day is not None:
        event.add("dtstart", one.day)
        event.add("dtend", one.day + timedelta(days=1))
    event.add("summary", f"{one.vendor}: {one.what}")
    event.add("transp", "TRANSPARENT")
    url = mail.absolute(reverse(one.page, args=[one.page_id]))
    if url.startswith("http"):
        event.add("url", url)
    return event
