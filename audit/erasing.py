"""Erasing what stands beside the record about one subject. The record itself, and its chain, stay:
they hold a salted digest, and the salt goes with the detail."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from audit.models import EventDetail


def erase(*, aggregate_type: str, aggregate_id: UUID) -> int:
    """Erase the private part of every event about this subject; return how many there were."""
    count, _by_model = EventDetail.objects.filter(
        event__aggregate_type=aggregate_type, event__aggregate_id=aggregate_id
    ).delete()
    return count


def erase_naming(*, words: Collection[str], about: Collection[UUID], actor_id: str) -> int:
    """Erase the private part of every event in which one of the words stands (whatever its case).

    Of those about these subjects, and of those that the actor did. Return how many there were.
    """
    said = [one for one in words if one]
    if not said:
        return 0
    where = Q()
    for word in said:
        where |= Q(text__icontains=word)
    of = Q(event__aggregate_id__in=about) | Q(event__actor_id=actor_id)
    rows = EventDetail.objects.filter(of).annotate(text=Cast("data", TextField())).filter(where)
    count, _by_model = EventDetail.objects.filter(
        pk__in=list(rows.values_list("pk", flat=True))
    ).delete()
    return count
