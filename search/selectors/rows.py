"""How rows with a folded text are looked through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.contrib.postgres.search import TrigramWordDistance
from django.db.models import Model, QuerySet

from search.hits import Part
from vendors.selectors.searching import holds, resembles, resembling

M = TypeVar("M", bound=Model)


def look(rows: QuerySet[M], words: Sequence[str], part: Part) -> tuple[list[M], int, bool]:
    """Rows whose `folded` text has the words, the newest first; or those with similar words, the
    nearest first. Ids rise with time.

    Return the wanted rows, how many there are, and whether there are more.
    """
    if part.similar:
        nearest = TrigramWordDistance(" ".join(words), "folded")
        with resembling():
            close = rows.filter(resembles("folded", words)).order_by(nearest, "-pk")
            found = list(close[: part.most + 1])
    else:
        found = list(rows.filter(holds("folded", words)).order_by("-pk")[: part.most + 1])
    shown = found[: part.most][part.start : part.end]
    return shown, min(len(found), part.most), len(found) > part.most
