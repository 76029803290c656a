"""Vendors by what they are called: names, other names, numbers. The one way to look for them."""

from collections.abc import Sequence

from django.db.models import QuerySet

from scoring.models import SearchText
from vendors.selectors.searching import holds, resembles, too_short

__all__ = ["alike", "holding", "holds", "resembles", "too_short"]


def holding(words: Sequence[str]) -> QuerySet[SearchText]:
    """Those that hold every one of the folded words. Not cut down to who asks."""
    return SearchText.objects.filter(holds("text", words))


def alike(words: Sequence[str]) -> QuerySet[SearchText]:
    """Those with similar words. Not cut down to who asks."""
    return SearchText.objects.filter(resembles("text", words))
