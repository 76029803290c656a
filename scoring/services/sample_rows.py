"""Removing what hangs on sample data: every row that refers to it, in whatever table.

Found in the registry of models, so that tables added later are covered, those of higher floors
included. What refers to it without a key of the database is named here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import SET_NULL, ForeignObjectRel, Model, Q

from accounts.models import BusinessUnit, Letter, Notification, User
from accounts.sample_people import NAMES
from scoring.models import (
    Decision,
    IndicatorValue,
    Outstanding,
    Score,
    Sensitivity,
    Standing,
)
from scoring.services import export_files, rollups
from vendors.models import (
    EvidenceFile,
    FindingDue,
    MatchStep,
    Reminder,
    Screening,
    ScreeningDue,
    Vendor,
)
from vendors.sample_rows import SETTING
from vendors.services import evidence_bytes

#: What only ever grows lets rows go as long as the way from them to their vendor is there.
FIRST: Final[tuple[type[Model], ...]] = (
    Sensitivity, Decision, IndicatorValue, Score, MatchStep, Screening, EvidenceFile,
)  # fmt: skip
#: Model -> how the bytes are thrown away that lie under `key`.
_STORED: Final[Mapping[str, Callable[[str], object]]] = {
    "vendors.EvidenceFile": evidence_bytes.discard,
    "reports.ReportFile": export_files.discard,
}

Rows = dict[type[Model], set[Any]]


def remove_vendor(vendor: Vendor) -> list[UUID]:
    """Remove a sample vendor, in the caller's transaction, with all that hangs on it.

    The ids of all vendors that are gone: its own, and of those that were merged into it.
    """
    rows = _hanging_on(vendor)
    movement = rollups.Movement()
    for row in Standing.objects.filter(pk__in=rows.get(Standing, ())):
        movement.forget(row)
    _remove(rows)
    movement.write()
    return sorted(rows[Vendor])


def remove_unit(unit: BusinessUnit) -> None:
    """Remove the unit of the sample data, which has no vendor left, and its invented people."""
    rollups.drop_empty(unit.pk)
    _remove(_hanging_on(unit))
    # They have done nothing anywhere else.
    User.objects.filter(pk__in=NAMES).delete()


def _remove(rows: Rows) -> None:
    stored = list(_stored(rows))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'on', true)", [SETTING])
    # Keys are looked at when the transaction ends; but no vendor goes before its history.
    rest = [model for model in reversed(rows) if model not in FIRST]
    for model in (*FIRST, *rest):
        if model in rows:
            found = model._base_manager.filter(pk__in=rows[model])
            found._raw_delete(found.db)  # noqa: SLF001 - without looking for what hangs on it again
    _forget({pk for ids in rows.values() for pk in ids if isinstance(pk, UUID)})
    transaction.on_commit(lambda: _discard(stored))


def _hanging_on(root: Model) -> Rows:
    """The row and every row that refers to it, directly or by way of others: model -> keys.

    A reference that may as well be empty is emptied, and its row stays.
    """
    found: Rows = {type(root): {root.pk}}
    fresh: Rows = {type(root): {root.pk}}
    while fresh:
        following: Rows = defaultdict(set)
        for model, ids in fresh.items():
            for field in references(model):
                rows = field.model._base_manager.filter(**{f"{field.name}__in": ids})
                if field.remote_field.on_delete is SET_NULL:
                    rows.update(**{field.name: None})
                    continue
                known = found.get(field.model, set())
                following[field.model] |= set(rows.values_list("pk", flat=True)) - known
        fresh = {model: ids for model, ids in following.items() if ids}
        for model, ids in fresh.items():
            found.setdefault(model, set()).update(ids)
    return found


def references(model: type[Model]) -> Iterable[Any]:
    """The columns of all tables that refer to a row of this one; those of links between, too."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and not relation.many_to_many:
            yield relation.field


def _stored(rows: Rows) -> Iterable[tuple[Callable[[str], object], str]]:
    for model, ids in rows.items():
        discard = _STORED.get(model._meta.label)
        if discard is not None:
            kept = model._base_manager.filter(pk__in=ids)
            for key in kept.values_list("key", flat=True):
                yield discard, key


def _discard(stored: Iterable[tuple[Callable[[str], object], str]]) -> None:
    for discard, key in stored:
        discard(key)


def _forget(ids: set[UUID]) -> None:
    """What speaks of these without a key of the database: lists of what is due, what was told."""
    Outstanding.objects.filter(subject_id__in=ids).delete()
    FindingDue.objects.filter(subject_id__in=ids).delete()
    ScreeningDue.objects.filter(vendor_id__in=ids).delete()
    Reminder.objects.filter(subject__in=ids).delete()
    Notification.objects.filter(Q(about__in=ids) | Q(unit_id__in=ids)).delete()
    Letter.objects.filter(about__in=ids).delete()
