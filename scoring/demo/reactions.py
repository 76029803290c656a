"""What the tasks of a day's events would do, done at its end: once for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from typing import Final
from uuid import UUID

from celery import current_app
from django.db.models.expressions import RawSQL

from assessments.services import stages
from audit import dispatch
from audit.models import Event
from scoring.models import Outstanding
from scoring.services import catching_up, reassessing, scores, standings
from vendors.services import ip_findings, list_runs, screening

Subject = Outstanding.Subject
#: What `_facts` and `_scores` do.
_SCORING: Final = frozenset(
    {
        "scoring.reassess",
        "scoring.reassess_country",
        "scoring.rescore",
        "scoring.rescore_engagement",
        "scoring.restand",
        "scoring.restand_many",
    }
)
#: What tells people.
_TELLING: Final = frozenset(
    {
        "assessments.notify",
        "assessments.notify_of_vendor",
        "assessments.write_to_vendor",
        "scoring.notify",
        "vendors.notify",
    }
)


class Reactions:
    """To everything recorded since the last time."""

    def __init__(self, *, quiet: bool = False) -> None:
        """`quiet`: nobody is told of anything."""
        self._seen = 0
        self._quiet = quiet

    def catch_up(self) -> None:
        """React as `config/event_routes.py` says; nothing is left waiting."""
        recorded = self._recorded()
        for task, events in _by_task(recorded).items():
            if task not in _SCORING and not (self._quiet and task in _TELLING):
                _do(task, events)
        # What these have recorded in turn concerns the scores as well.
        called = _by_task([*recorded, *self._recorded()])
        self._facts(called)
        self._scores(called)
        self._recorded()

    def _recorded(self) -> list[Event]:
        # What others record meanwhile is not of this history.
        mine = RawSQL("(pg_current_xact_id()::text)::bigint", ())
        rows = Event.objects.filter(position__gt=self._seen, txid=mine).order_by("position")
        events = list(rows.only("position", "id", "type", "aggregate_type", "aggregate_id", "data"))
        if events:
            self._seen = events[-1].position
        return events

    def _facts(self, called: Mapping[str, list[Event]]) -> None:
        """Indicators first: scores read them."""
        causes: dict[UUID, str] = {}
        for changed, cause in _last(_facts_of, called["scoring.reassess"]).items():
            found = reassessing.spread(subject=Subject.FACTS, subject_id=changed)
            causes |= dict.fromkeys(found, cause)
        for country, cause in _last(_aggregate, called["scoring.reassess_country"]).items():
            found = reassessing.spread(subject=Subject.COUNTRY, subject_id=country)
            causes |= dict.fromkeys(found, cause)
        for cause, ids in _by_cause(causes).items():
            reassessing.vendors(vendor_ids=ids, cause=cause)

    def _scores(self, called: Mapping[str, list[Event]]) -> None:
        changed = _last(_aggregate, called["scoring.rescore_engagement"])
        for cause, ids in _by_cause(changed).items():
            catching_up.engagements(engagement_ids=ids, cause=cause)
        for cause, ids in _by_cause(_last(_aggregate, called["scoring.rescore"])).items():
            scores.rescore_many(assessment_ids=ids, cause=cause)
        stand_anew = {catching_up.vendor_of(event) for event in called["scoring.restand"]}
        for event in called["scoring.restand_many"]:
            stand_anew |= {UUID(pk) for pk in event.data["vendor_ids"]}
        standings.restand_many(vendor_ids=stand_anew)


def _by_task(events: Iterable[Event]) -> dict[str, list[Event]]:
    called: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        for task in dispatch.routes().get(event.type, ()):
            called[task].append(event)
    return called


def _do(task: str, events: Collection[Event]) -> None:
    match task:
        case "vendors.screen":
            ids = {
                UUID(str(pk))
                for event in events
                for pk in event.data.get("vendor_ids", [event.aggregate_id])
            }
            screening.screen(vendor_ids=ids)
        case "vendors.screen_list":
            for event in events:
                list_runs.go_through(version_id=UUID(event.data["list_version_id"]))
        case "vendors.check_ip":
            for pk in {_facts_of(event) for event in events}:
                ip_findings.check_vendor(vendor_id=pk)
        case "assessments.measure":
            # Worked out from the whole record: the last event of each will do.
            for event in {event.aggregate_id: event for event in events}.values():
                stages.measure_after(event_id=event.id)
        case _:
            _load_tasks()
            for event in events:
                current_app.tasks[task].apply(args=(str(event.id),), throw=True)


@cache
def _load_tasks() -> None:
    """Only workers load the tasks by themselves."""
    current_app.loader.import_default_modules()


def _facts_of(event: Event) -> UUID:
    said = event.data.get("facts_of") or event.data.get("vendor_id")
    return UUID(str(said)) if said else catching_up.vendor_of(event)


def _aggregate(event: Event) -> UUID:
    return event.aggregate_id


def _last(subject: Callable[[Event], UUID], events: Iterable[Event]) -> dict[UUID, str]:
    """Subject -> the last of the day's events about it, which is the one that is named."""
    return {subject(event): event.type for event in events}


def _by_cause(causes: Mapping[UUID, str]) -> dict[str, set[UUID]]:
    found: dict[str, set[UUID]] = defaultdict(set)
    for pk, cause in causes.items():
        found[cause].add(pk)
    return found
