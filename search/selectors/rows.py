"""How rows with a folded text are looked through."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import TypeVar

from django.contrib.postgres.search import TrigramWordDistance
from django.db.models import Model, QuerySet

from search.hits import Part
from vendors.selectors.searching import holds, resembles, resembling

M = TypeVar("M", bound=Model)


def look(rows: QuerySet[M], words: Sequence[str], part: Part) -> tuple[list[M], int, bool]:
    """Rows whose `folded` text has the words, the newest first; or those with similar words, the
    nearest first. Ids rise with time.

    Return the wanted rows, how many there are, and whether there are more. They are counted by
    their ids alone: what else a page shows is read of the few that it shows.
    """
    with resembling() if part.similar else nullcontext():
        found = having(rows, words, similar=part.similar)
        ids = list(found.values_list("pk", flat=True)[: part.most + 1])
    wanted = ids[: part.most][part.start : part.end]
    there = {row.pk: row for row in rows.filter(pk__in=wanted)} if wanted else {}
    shown = [there[pk] for pk in wanted if pk in there]
    return shown, min(len(ids), part.most), len(ids) > part.most


def having(rows: QuerySet[M], words: Sequence[str], *, similar: bool) -> QuerySet[M]:
    """The rows with the words, or with similar ones, in the order of `look`."""
    if not similar:
        return rows.filter(holds("folded", words)).order_by("-pk")
    nearest = TrigramWordDistance(" ".join(words), "folded")
    return rows.filter(resembles("folded", words)).order_by(nearest, "-pk")
