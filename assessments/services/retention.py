"""Applying the rules of retention: what is older than they say goes, but for what is held."""

from collections.abc import Callable
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from accounts.principal import SYSTEM
from accounts.services import letters
from assessments.events.retention import RetentionRun
from assessments.models import PortalLink
from assessments.selectors.retention import RETENTION, RULES, Rule, held_ids
from audit import clock
from audit.record import record
from vendors.models import ErasedFile, EvidenceFile
from vendors.services import evidence_bytes, holds

#: Rows that one transaction takes away.
_PIECE: Final = 1_000


def apply() -> dict[str, int]:
    """Take away what is due, rule by rule; how many of each. The record gets one event.

    Harmless when run twice. A hold that is placed meanwhile is seen by the next thousand rows.
    """
    counts, held = {}, {}
    for rule in RULES:
        counts[rule.key] = _apply(rule)
        held[rule.key] = rule.rows().filter(rule.kept(held_ids())).count()
    with transaction.atomic():
        record(
            RetentionRun(
                aggregate_id=RETENTION,
                erased=[f"{count} {key}" for key, count in counts.items() if count],
                counts=counts,
                held=held,
                days={rule.key: rule.days for rule in RULES},
            ),
            by=SYSTEM,
        )
    return counts


def _apply(rule: Rule) -> int:
    total = 0
    while True:
        with transaction.atomic():
            # Whoever places a hold waits for this piece, or this piece sees the hold.
            holds.stand_still()
            rows = rule.rows().exclude(rule.kept(held_ids()))
            ids = list(rows.order_by("pk").values_list("pk", flat=True)[:_PIECE])
            if not ids:
                return total
            _ERASE[rule.key](rule.rows().model.objects.filter(pk__in=ids))
        total += len(ids)


def _delete(rows: QuerySet[Any]) -> None:
    rows.delete()


def _visits(rows: QuerySet[Any]) -> None:
    """The links of an invitation go with its last visit; what still works is no older than it."""
    invitations = list(rows.values_list("invitation", flat=True))
    rows.delete()
    old = PortalLink.objects.filter(invitation__in=invitations, expires_at__lt=clock.now())
    old.filter(invitation__sessions=None).delete()


def _files(rows: QuerySet[EvidenceFile]) -> None:
    found = list(rows.values_list("pk", "key"))
    ErasedFile.objects.bulk_create([ErasedFile(file_id=pk, at=clock.now()) for pk, _key in found])
    keys = [key for _pk, key in found]

    # Bytes go once the row says so, and only then.
    def gone() -> None:
        for key in keys:
            evidence_bytes.discard(key)

    transaction.on_commit(gone)


_ERASE: Final[dict[str, Callable[[QuerySet[Any]], object]]] = {
    "letters": letters.erase_all,
    "notifications": _delete,
    "visits": _visits,
    "devices": _delete,
    "workbooks": _delete,
    "evidence": _files,
    "log_details": _delete,
}
