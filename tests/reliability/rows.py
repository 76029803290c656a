"""Rows of any model as it was at some migration, made from what its columns ask for.

Only what a column demands is filled in, so that most checks of the database hold; where a table
wants more, `SAID` says what. What cannot be made is reported and not guessed at.
"""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.db.models.fields import NOT_PROVIDED
from django.db.utils import DatabaseError

_NOW: Final = datetime(2026, 3, 10, 9, tzinfo=UTC)
_number = count(1)

#: What some models need beyond their columns: their checks, or migrations that read them.
SAID: Final[Mapping[str, Mapping[str, Any]]] = {
    "accounts.user": {"is_active": True},
    "vendors.vendor": {"country": "DE"},
    "vendors.engagement": {"tier": "high", "inherent_risk": 6000, "intake": {}},
    "assessments.questionnaire": {"status": "draft", "content": {"sections": []}},
}


#: Rows that many others may lead to.
_SHARED: Final = frozenset({"accounts.user", "accounts.businessunit"})


#: What a later migration lets lead to one other at most: an engagement has one open assessment.
_ALONE: Final = frozenset({"vendors.engagement"})


class Maker:
    """Makes rows by the historical models of one state."""

    def __init__(self, apps: Any) -> None:
        self._apps = apps

    def make(self, model: Any, depth: int = 0) -> Any:
        """A new row of this model. Raises DatabaseError where the database does not take it."""
        values: dict[str, Any] = {}
        for field in model._meta.concrete_fields:
            if field.name in SAID.get(model._meta.label_lower, {}):
                values[field.name] = SAID[model._meta.label_lower][field.name]
            elif is_asked_for(field):
                values[field.name] = self.value(field, depth)
        with transaction.atomic():
            return model.objects.create(**values)

    def value(self, field: Any, depth: int = 0) -> Any:
        """Something that this column takes; where it leads to a row, the last one there is."""
        if field.remote_field is not None:
            return self._row_of(field.remote_field.model, depth)
        return _plain(field)

    def _row_of(self, model: Any, depth: int) -> Any:
        found = model.objects.order_by("-pk").first()
        # A parent of its own for each row: one per parent is what many tables take.
        label = model._meta.label_lower
        if found is not None and label not in _ALONE and (depth > 0 or label in _SHARED):
            return found
        if depth > 6:
            raise DatabaseError(f"{model._meta.label} leads in a circle")
        return self.make(model, depth + 1)


def is_asked_for(field: Any) -> bool:
    """Whether a row needs a value for it that neither the model nor the database gives."""
    if isinstance(field, models.GeneratedField | models.AutoField | models.BigAutoField):
        return False
    if getattr(field, "db_default", NOT_PROVIDED) is not NOT_PROVIDED:
        return False
    if field.unique and field.has_default() and not callable(field.default):
        return True
    if field.blank and isinstance(field, models.CharField | models.TextField):
        return False  # Django writes an empty text
    return not field.null and not field.has_default()


def _bytes(field: Any, number: int) -> bytes:
    return number.to_bytes(min(field.max_length or 32, 32), "big")


def _text(field: Any, number: int) -> str:
    return f"text-{number}"[: field.max_length or 100]


#: The first kind that fits; more special ones come first.
_VALUES: Final[tuple[tuple[Any, Callable[[Any, int], Any]], ...]] = (
    (models.UUIDField, lambda _field, _number: uuid.uuid4()),
    (models.EmailField, lambda _field, number: f"person-{number}@example.com"),
    (models.DateTimeField, lambda _field, _number: _NOW),
    (models.DateField, lambda _field, _number: _NOW.date()),
    (models.BooleanField, lambda _field, _number: False),
    (models.DecimalField, lambda _field, number: number % 100 + 1),
    (models.FloatField, lambda _field, number: number % 100 + 1),
    (models.IntegerField, lambda _field, number: number % 100 + 1),
    (models.BinaryField, _bytes),
    (models.JSONField, lambda _field, _number: {}),
    (ArrayField, lambda _field, _number: []),
    (models.CharField, _text),
    (models.TextField, _text),
)


def _plain(field: Any) -> Any:
    number = next(_number)
    if field.choices:
        return next(iter(dict(field.flatchoices)))
    for kind, value in _VALUES:
        if isinstance(field, kind):
            return value(field, number)
    raise DatabaseError(f"no value for {field}")


def values_for(model: Any, maker: "Maker", **given: Any) -> dict[str, Any]:
    """What a row of this model needs, with what is given."""
    asked = (one for one in model._meta.concrete_fields if is_asked_for(one))
    return {one.name: maker.value(one) for one in asked if one.name not in given} | given


def stored(row: Any) -> dict[str, Any]:
    """The row as the database has it, without what is worked out from the rest."""
    generated = {
        f.column for f in row._meta.concrete_fields if isinstance(f, models.GeneratedField)
    }
    table, key = row._meta.db_table, row._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(t) FROM {connection.ops.quote_name(table)} t WHERE {key} = %s",
            [row.pk.hex if isinstance(row.pk, uuid.UUID) else getattr(row.pk, "pk", row.pk)],
        )
        found = cursor.fetchone()
    return {k: v for k, v in (loaded(found[0]) if found else {}).items() if k not in generated}


def loaded(value: Any) -> dict[str, Any]:
    """A row that the database gave as JSON, which Django does not take apart."""
    row: dict[str, Any] = json.loads(value) if isinstance(value, str) else value
    return row


def of_app(apps: Any, label: str) -> Iterator[Any]:
    """The models of an app in a state, those in the middle of many-to-many left out."""
    for model in apps.get_app_config(label).get_models():
        if model._meta.managed and not model._meta.auto_created:
            yield model
