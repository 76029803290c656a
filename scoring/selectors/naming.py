"""Vendors by what they are called: names, other names, numbers. The one way to look for them."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from scoring.models import SearchText, Standing
from vendors.selectors.searching import FAR, NEAR, holds, resembles, resembling, too_short

__all__ = ["alike", "holding", "holds", "too_short"]

#: Similar names that are set in order when none has the words.
_ALIKE: Final = 500


def holding(words: Sequence[str]) -> QuerySet[SearchText]:
    """Those that hold every one of the folded words. Not cut down to who asks."""
    return SearchText.objects.filter(holds("text", words))


def alike(words: Sequence[str], visible: QuerySet[Standing]) -> list[UUID]:
    """Vendors among `visible` with similar words: the near ones, or where there is none, some that
    are further off. A common word is in ten thousand names, so comparing ends somewhere.
    """
    seen = visible.order_by().values("vendor")
    for share in (NEAR, FAR):
        close = SearchText.objects.filter(resembles("text", words), vendor__in=seen)
        with resembling(share):
            found = list(close.values_list("vendor", flat=True)[:_ALIKE])
        if found:
            return found
    return []
