"""Bringing what is kept encrypted to the key of today, so that the keys of before can go.

Which columns those are stands in the setting `SEALED`, since the floors above have some too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Model

from accounts import sealing

_AT_A_TIME: Final = 500


@dataclass
class Resealed:
    """What became of the texts of one column."""

    place: str
    """Model and column, as "webhooks.Secret.sealed"."""
    changed: int = 0
    current: int = 0
    """Sealed with the key of today already."""
    unreadable: int = 0
    """No key that there is opens them."""


def reseal(*, dry_run: bool = False) -> Iterator[Resealed]:
    """Seal every text anew that a key of before has sealed; what became of each column.

    Rows are taken a few hundred at a time, each lot in a transaction of its own, so people can go
    on working. With `dry_run` nothing is written: `changed` is what would be.
    """
    for label, path, purpose in settings.SEALED:
        done = Resealed(f"{label}.{path}")
        rows = _Rows(apps.get_model(label), *path.partition(".")[::2], purpose)
        after: Any = None
        while (after := rows.next_lot(after, done, dry_run=dry_run)) is not None:
            pass
        yield done


@dataclass(frozen=True)
class _Rows:
    """The rows of one column; `member`: where it is JSON, which of its members is sealed."""

    model: type[Model]
    column: str
    member: str
    purpose: str

    @transaction.atomic
    def next_lot(self, after: Any, done: Resealed, *, dry_run: bool) -> Any:
        """Go through the next rows; the last one's key, or None where there were none."""
        rows = self.model._default_manager.exclude(**{f"{self.column}__isnull": True})  # noqa: SLF001 - whichever model it is
        if self.member:
            rows = rows.filter(**{f"{self.column}__has_key": self.member})
        if after is not None:
            rows = rows.filter(pk__gt=after)
        last = None
        for row in rows.select_for_update(of=("self",)).order_by("pk")[:_AT_A_TIME]:
            last = row.pk
            sealed = self._sealed(row)
            if sealing.is_current(sealed, purpose=self.purpose):
                done.current += 1
                continue
            try:
                anew = sealing.reseal(sealed, purpose=self.purpose)
            except sealing.Unreadable:
                done.unreadable += 1
                continue
            done.changed += 1
            if not dry_run:
                self._put(row, anew)
        return last

    def _sealed(self, row: Any) -> bytes:
        kept = getattr(row, self.column)
        return kept[self.member].encode() if self.member else bytes(kept)

    def _put(self, row: Any, anew: bytes) -> None:
        kept = getattr(row, self.column)
        value = {**kept, self.member: anew.decode()} if self.member else anew
        setattr(row, self.column, value)
        row.save(update_fields=[self.column])
