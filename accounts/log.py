"""Reading the record: which events someone may see, and what they say in plain words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import import_module
from typing import Any, Final, Protocol
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts import selectors
from accounts.models import ApiClient, User
from accounts.permissions import Permission, Role
from accounts.principal import Principal
from accounts.scoping import for_principal, hidden, open_events
from accounts.templatetags.ui import points, recorded_day
from audit.ids import ids_in
from audit.models import Event


@cache
def sentences() -> Mapping[str, str | Promise]:
    """Event type -> sentence, from the table named in the settings."""
    table: Mapping[str, str | Promise] = import_string(f"{settings.AUDIT_EVENT_WORDS}.SENTENCES")
    return table


@cache
def chosen() -> Mapping[str, Callable[[Mapping[str, Any]], str | Promise]]:
    """Event type -> how its sentence is chosen by its values, from the same table."""
    table: Mapping[str, Callable[[Mapping[str, Any]], str | Promise]] = import_string(
        f"{settings.AUDIT_EVENT_WORDS}.CHOSEN"
    )
    return table


@cache
def subjects() -> Mapping[str, tuple[str | Promise, str]]:
    """Aggregate type -> (what it is, URL name of its page or ""), from the same table."""
    table: Mapping[str, tuple[str | Promise, str]] = import_string(
        f"{settings.AUDIT_EVENT_WORDS}.SUBJECTS"
    )
    return table


@cache
def value_words() -> Callable[[str, str, Any], str | None]:
    """(event type, name, value) -> the value in words, by the settings; None for no code."""
    found: Callable[[str, str, Any], str | None] = import_string(settings.AUDIT_EVENT_VALUES)
    return found


class ActorTable(Protocol):
    """A module that knows actors of one kind whose rows belong to a floor above."""

    def names_of(self, ids: Iterable[str]) -> dict[str, str]: ...
    def ids_like(self, text: str) -> list[str]: ...


@cache
def actor_tables() -> Mapping[str, ActorTable]:
    """Kind of actor -> the module that knows them, named in the settings."""
    return {kind: import_module(path) for kind, path in settings.AUDIT_ACTORS.items()}


#: Where events about something else, such as a site, list engagements.
_LISTS: Final = frozenset({"engagement_ids", "engagements"})


@dataclass(frozen=True)
class Line:
    """One event as the log shows it."""

    event: Event
    # What the event says, without ids of what does not exist for whoever reads.
    data: Mapping[str, Any]
    sentence: str
    # The page of the event; "" where the log it stands in is not theirs to read.
    url: str
    who: str
    subject: str
    subject_url: str
    # The private part, if whoever reads may see it and it was not erased.
    detail: Mapping[str, Any] | None
    hidden: bool
    erased: bool
    # Its place in the sealed sequence; None while it waits.
    sequence: int | None


def visible_to(principal: Principal) -> QuerySet[Event]:
    """The events of those units whose log `principal` may read; all with rights in all units.

    Without those about what does not exist for them.
    """
    events = for_principal(
        Event.objects.all(), principal, unit="unit_id", permission=Permission.VIEW_LOG
    )
    return open_events(events, principal).select_related("detail", "sealed")


def matching(
    events: QuerySet[Event],
    *,
    event_type: str = "",
    actor: str = "",
    about: UUID | None = None,
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[Event]:
    """`events` narrowed down; days are whole days in UTC, both included."""
    if event_type:
        events = events.filter(type=event_type)
    if actor:
        events = events.filter(_by(actor.strip()))
    if about:
        events = events.filter(aggregate_id=about)
    if since:
        events = events.filter(occurred_at__gte=datetime.combine(since, time.min, UTC))
    if until:
        events = events.filter(
            occurred_at__lt=datetime.combine(until + timedelta(days=1), time.min, UTC)
        )
    return events


def _by(text: str) -> Q:
    """Events of people whose name or address has `text` in it, of such clients, or of this id."""
    people = User.objects.filter(Q(name__icontains=text) | Q(email__icontains=text))[:100]
    clients = ApiClient.objects.filter(name__icontains=text)[:100]
    ids = [str(pk) for pk in people.values_list("pk", flat=True)]
    ids += [str(pk) for pk in clients.values_list("public_id", flat=True)]
    for table in actor_tables().values():
        ids += table.ids_like(text)
    found = Q(actor_id__in=[*ids, text.lower()])
    return found | Q(actor_kind="system") if text.lower() in {"surety", "system"} else found


def lines(events: Iterable[Event], principal: Principal) -> Iterator[Line]:
    """The events in plain words. The names of the actors cost one query per kind."""
    shown = list(events)
    names = _names({(event.actor_kind, event.actor_id) for event in shown})
    gone = _gone(shown, principal)
    for event in shown:
        detail = getattr(event, "detail", None)
        sealed = getattr(event, "sealed", None)
        allowed = may_see_detail(event, principal)
        label, url = _subject(event)
        yield Line(
            event=event,
            data=_without(event.data, gone),
            sentence=sentence(event),
            url=reverse("accounts:event", args=[event.id]) if may_open(event, principal) else "",
            who=_who(event, names, named=allowed),
            subject=label,
            subject_url=url,
            detail=_without(detail.data, gone) if detail is not None and allowed else None,
            hidden=detail is not None and not allowed,
            erased=detail is None and event.detail_digest is not None,
            sequence=sealed.sequence if sealed is not None else None,
        )


def _gone(events: Iterable[Event], principal: Principal) -> frozenset[str]:
    """The ids of engagements listed in events about something else that are hidden from them."""
    listed: set[UUID] = set()
    for event in events:
        detail = getattr(event, "detail", None)
        listed |= _listed(event.data) | (_listed(detail.data) if detail is not None else set())
    return frozenset(str(pk) for pk in hidden(principal, listed))


def _listed(said: Mapping[str, Any]) -> set[UUID]:
    found: set[UUID] = set()
    for key, value in said.items():
        if isinstance(value, Mapping):
            found |= _listed(value)
        elif key in _LISTS and isinstance(value, list):
            found |= set(ids_in(one for one in value if isinstance(one, str)))
    return found


def _without(said: Any, gone: frozenset[str]) -> Any:
    if not gone:
        return said
    if isinstance(said, Mapping):
        return {key: _without(value, gone) for key, value in said.items()}
    if isinstance(said, list):
        return [one for one in said if one not in gone]
    return said


def may_open(event: Event, principal: Principal) -> bool:
    """Whether the event is among `visible_to`."""
    return principal.covers(Permission.VIEW_LOG, None if event.unit_id is None else [event.unit_id])


def may_see_detail(event: Event, principal: Principal) -> bool:
    """Whether names, notes and answers in this event are for them to read."""
    return principal.covers(
        Permission.VIEW_LOG_DETAIL, None if event.unit_id is None else [event.unit_id]
    )


def type_words(event_type: str) -> str:
    """A type as words for a list: its sentence without the values."""
    words = sentences().get(event_type)
    if words is None:
        return event_type.replace(".", " ").replace("_", " ").capitalize()
    return str(words).partition(":")[0]


def types() -> list[tuple[str, str]]:
    """Every type of event with its words, for choosing; sorted by the words."""
    return sorted(((one, type_words(one)) for one in sentences()), key=lambda pair: pair[1])


def sentence(event: Event) -> str:
    """What happened, in the reader's language."""
    words = sentences().get(event.type)
    if words is None:
        return type_words(event.type)
    if choose := chosen().get(event.type):
        words = choose(event.data)
    return str(words).format_map(_Values(event.type, event.data))


class _Values(dict[str, Any]):
    """Values for a sentence: lists are joined, what an old event lacks is a dash."""

    def __init__(self, event_type: str, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self._type = event_type

    def __getitem__(self, key: str) -> str:
        value = self.get(key)
        if isinstance(value, list):
            few = ", ".join(self._said(key, one) for one in value[:3])
            more = len(value) - 3
            return _("%(few)s and %(more)d more") % {"few": few, "more": more} if more > 0 else few
        if key.endswith("points"):
            return points(value)
        return self._said(key, value)

    def _said(self, key: str, value: Any) -> str:
        found = None if value in (None, "") else value_words()(self._type, key, value)
        return _said(value) if found is None else found


def _said(value: Any) -> str:
    """One value in words: a role by its name, a day, `not_applicable` without its underscore."""
    text = "…" if value is None or value == "" else str(value)
    if text in Role.values:
        return str(Role(text).label)
    return text.replace("_", " ") if text.islower() and "." not in text else recorded_day(text)


def _names(pairs: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    names = selectors.actors(pairs)
    for kind, table in actor_tables().items():
        ids = [one for of_kind, one in pairs if of_kind == kind]
        names |= {(kind, one): name for one, name in (table.names_of(ids) if ids else {}).items()}
    return names


def _who(event: Event, names: Mapping[tuple[str, str], str], *, named: bool) -> str:
    """The name of the actor. People outside the house stay unnamed without VIEW_LOG_DETAIL."""
    if event.actor_kind == "system":
        return "Surety"
    if event.actor_kind == "contact" and not named:
        return _("A contact of the vendor")
    return names.get((event.actor_kind, event.actor_id)) or event.actor_id


def _subject(event: Event) -> tuple[str, str]:
    label, name = subjects().get(event.aggregate_type, (event.aggregate_type, ""))
    if not name:
        return str(label), ""
    try:
        return str(label), reverse(name, args=[event.aggregate_id])
    except NoReverseMatch:
        return str(label), ""
