"""All that is put on record in the demo, as written in `data/records-*.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from scoring.demo.calendar import Story
from scoring.demo.cast import Part, read
from scoring.demo.records import (
    agreed,
    authored,
    decided,
    duplicates,
    ended,
    entrusted,
    finances,
    followed,
    incidents,
    kept,
    law,
    listed,
    method,
    money,
    papers,
    places,
    programs,
    requests,
    reviewed,
    visited,
    watched,
    workbooks,
)
from scoring.demo.records.scene import Scene


class Records(Part):
    """One part per file."""

    law: law.Law
    money: money.Money
    finances: tuple[finances.Company, ...]
    places: places.Places
    entrusted: entrusted.Entrusted
    agreed: agreed.Agreed
    incidents: tuple[incidents.Happened, ...]
    watched: watched.Watched
    listed: listed.Listed
    duplicates: tuple[duplicates.Again, ...]
    ended: tuple[ended.Ended, ...]
    requests: requests.Requests
    papers: tuple[papers.Paper, ...]
    authored: authored.Authored
    workbooks: workbooks.Workbooks
    reviewed: tuple[reviewed.Reviewed, ...]
    visited: tuple[visited.Visit, ...]
    decided: decided.Decided
    programs: tuple[programs.Opened, ...]
    kept: tuple[kept.Kept, ...]
    method: method.Version


@cache
def records() -> Records:
    """Everything the files say; pydantic's error names the place of a mistake."""
    return Records.model_validate(
        {name: read(f"records-{name}.yaml") for name in Records.model_fields}
    )


def stories(scene: Scene) -> Iterator[Story]:
    """All stories in which something is put on record."""
    told = records()
    yield from law.stories(scene, told.law)
    yield from money.stories(scene, told.money)
    yield from finances.stories(scene, told.finances)
    yield from places.stories(scene, told.places)
    yield from entrusted.stories(scene, told.entrusted)
    yield from agreed.stories(scene, told.agreed)
    yield from incidents.stories(scene, told.incidents)
    yield from watched.stories(scene, told.watched)
    yield from listed.stories(scene, told.listed)
    yield from duplicates.stories(scene, told.duplicates)
    yield from ended.stories(scene, told.ended)
    yield from requests.stories(scene, told.requests)
    yield from authored.stories(scene, told.authored)
    yield from workbooks.stories(scene, told.workbooks)
    yield from papers.stories(scene, told.papers)
    yield from reviewed.stories(scene, told.reviewed)
    yield from visited.stories(scene, told.visited)
    yield from decided.stories(scene, told.decided)
    yield from followed.stories(scene)
    yield from programs.stories(scene, told.programs)
    yield from kept.stories(scene, told.kept)
    yield from method.stories(scene, told.method)
