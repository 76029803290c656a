"""Countries: the delivered facts from the beginning on, an index of our own, counsel's word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Ago, Scene
from vendors.models import Country
from vendors.services import law, law_indices


class Edition(Part):
    """The figures of the index for one year."""

    weeks: Ago
    values: dict[str, Decimal]


class Index(Part):
    """An index of our own: figures of real ones are not ours to give away."""

    name: str
    best: Decimal
    worst: Decimal
    licence: str
    source: str
    editions: tuple[Edition, ...]


class Rating(Part):
    """Counsel's rating of a country."""

    country: str
    weeks: Ago
    risk: int
    until: Ago
    reason: str


class Override(Part):
    """A fact of counsel's that wins over what is delivered."""

    country: str
    weeks: Ago
    subject: str
    status: str
    since: Ago
    source: str
    reason: str


class Law(Part):
    """All of it."""

    index: Index
    ratings: tuple[Rating, ...]
    overrides: tuple[Override, ...]


def stories(scene: Scene, told: Law) -> Iterator[Story]:
    """One story for each thing that counsel does."""
    for edition in told.index.editions:
        yield _edition(scene, told.index, edition)
    for rating in told.ratings:
        yield _rating(scene, rating)
    for override in told.overrides:
        yield _override(scene, override)


def _edition(scene: Scene, index: Index, edition: Edition) -> Story:
    moment = scene.at(edition.weeks, index.name)
    yield moment
    published = moment.date() - timedelta(days=20)
    law_indices.import_edition(
        name=index.name,
        edition=published.year,
        published_on=published,
        best=index.best,
        worst=index.worst,
        licence=index.licence,
        source=index.source,
        values=edition.values,
        file_name=f"house-index-{published.year}.csv",
        by=scene.counsel,
    )


def _rating(scene: Scene, rating: Rating) -> Story:
    moment = scene.at(rating.weeks, rating.country)
    yield moment
    law.rate(
        country=Country.objects.get(code=rating.country),
        risk=rating.risk,
        since=moment.date(),
        until=scene.day(rating.until),
        reason=rating.reason,
        by=scene.counsel,
    )


def _override(scene: Scene, override: Override) -> Story:
    yield scene.at(override.weeks, override.subject)
    law.override(
        country=Country.objects.get(code=override.country),
        subject=override.subject,
        status=override.status,
        since=scene.day(override.since),
        source=override.source,
        reason=override.reason,
        by=scene.counsel,
    )
