"""Erasing what stands beside the record about one subject. The record itself, and its chain, stay:
they hold a salted digest, and the salt goes with the detail."""

from uuid import UUID

from audit.models import EventDetail


def erase(*, aggregate_type: str, aggregate_id: UUID) -> int:
    """Erase the private part of every event about this subject; return how many there were."""
    count, _by_model = EventDetail.objects.filter(
        event__aggregate_type=aggregate_type, event__aggregate_id=aggregate_id
    ).delete()
    return count
