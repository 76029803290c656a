"""Every table that refers to a vendor, and what becomes of its rows when two records are merged.

Found in the registry of models, so that tables added later are covered, those of higher floors
included. A row moves from one record to the other, except:

- rows of append-only tables stay: what they say was true of the record they name;
- rows of which the surviving record has its own (a unique constraint that includes the vendor, or
  one row per vendor) stay with the record that goes, out of sight, and are there again after an
  undo;
- rows that would lead from the surviving record to itself (two references to a vendor in one row)
  stay as well;
- tables that an app names in `vendor_relations` of its configuration as "stays" or "follows"
  (worked out again by that app from the events of the merge) are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import Exists, Field, Model, OuterRef, Q, QuerySet, UniqueConstraint
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from vendors.models import Engagement, Vendor

#: What the rows of each table are called.
_TITLES: Final[Mapping[str, str | Promise]] = {
    "assessments.Assessment": lazy("Assessments"),
    "assessments.Renewal": lazy("Renewals"),
    "assessments.StageTime": lazy("stages passed through"),
    "assessments.SupplierRequest": lazy("Requests"),
    "reports.Report": lazy("Reports"),
    "reports.Schedule": lazy("Reports by the calendar"),
    "scoring.CurrentScore": lazy("scores of now"),
    "scoring.Score": lazy("Scores"),
    "scoring.SearchText": lazy("words that are searched"),
    "scoring.Standing": lazy("ratings"),
    "vendors.Contact": lazy("Contacts"),
    "vendors.Engagement": lazy("Engagements"),
    "vendors.Evidence": lazy("Evidence"),
    "vendors.ExternalId": lazy("ids in other systems"),
    "vendors.FinanceImport": lazy("imports of statements"),
    "vendors.FinancialProfile": lazy("financial profiles"),
    "vendors.Finding": lazy("Findings"),
    "vendors.Incident": lazy("Incidents"),
    "vendors.LegalHold": lazy("Legal holds"),
    "vendors.InsurancePolicy": lazy("Insurance policies"),
    "vendors.Match": lazy("Matches"),
    "vendors.MergeRecord": lazy("merges with other records"),
    "vendors.NotTheSame": lazy("records told apart"),
    "vendors.Owner": lazy("Owners"),
    "vendors.Screening": lazy("comparisons with watch-lists"),
    "vendors.Site": lazy("Sites"),
    "vendors.Statement": lazy("statements"),
    "vendors.Subcontract": lazy("subcontracts"),
    "vendors.Vendor": lazy("records merged before"),
    "vendors.VendorAlias": lazy("other names"),
    "vendors.VendorUnit": lazy("links to business units"),
}


class Policy(StrEnum):
    """What becomes of the rows of a table."""

    MOVES = "moves"
    STAYS = "stays"
    FOLLOWS = "follows"


class Unhandled(TypeError):
    """A table refers to vendors in a way that a merge does not know how to resolve."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A column that refers to a vendor.

    `sole`: it is the table's key or unique by itself. `unique`: the other columns of each unique
    constraint that it is part of. `others`: further columns of the row that refer to a vendor.
    """

    model: type[Model]
    field: str
    policy: Policy
    sole: bool
    unique: tuple[tuple[tuple[str, ...], Q | None], ...]
    others: tuple[str, ...]

    @property
    def label(self) -> str:
        """app.Model.field"""
        return f"{self.model._meta.label}.{self.field}"

    @property
    def primary(self) -> bool:
        """Whether it is the table's key."""
        return bool(self.model._meta.get_field(self.field).primary_key)  # type: ignore[union-attr]

    @property
    def rows(self) -> QuerySet[Any]:
        """All rows of the table."""
        return self.model._base_manager.all()

    def of(self, vendor_id: UUID) -> QuerySet[Any]:
        """The rows that refer to a vendor by this column."""
        return self.rows.filter(**{self.field: vendor_id})

    def movable(self, gone: UUID, kept: UUID) -> QuerySet[Any]:
        """The rows of one record that may refer to the other instead."""
        rows = self.of(gone)
        for other in self.others:
            rows = rows.exclude(**{other: kept})
        if self.sole:
            return rows.none() if self.of(kept).exists() else rows
        for columns, condition in self.unique:
            same = self.of(kept).filter(**{name: OuterRef(name) for name in columns})
            if condition is not None:
                same = same.filter(condition)
                rows = rows.filter(~Q(condition) | ~Exists(same))
            else:
                rows = rows.filter(~Exists(same))
        return rows

    def move(self, rows: QuerySet[Any], to: UUID) -> None:
        """Let these rows refer to another record."""
        rows.update(**{self.field: to})

    @property
    def title(self) -> str:
        """What the rows are called."""
        meta = self.model._meta
        return str(_TITLES.get(meta.label, meta.verbose_name_plural))

    def by_engagement(self) -> bool:
        """Whether its rows also say for which engagement they are."""
        return any(
            field.name == "engagement" and field.related_model is Engagement
            for field in self.model._meta.fields
        )


def relations() -> Sequence[Relation]:
    """Every column that refers to a vendor, by name. Raises Unhandled."""
    frozen = _append_only()
    found: list[Relation] = []
    for model in apps.get_models(include_auto_created=True):
        names = [field.name for field in _references(model) if not _is_unsaid(model, field.name)]
        found += [
            _relation(model, name, [one for one in names if one != name], frozen) for name in names
        ]
    return sorted(found, key=lambda relation: relation.label)


def _is_unsaid(model: type[Model], name: str) -> bool:
    meta = model._meta
    config = apps.get_app_config(meta.app_label)
    unsaid: frozenset[str] = getattr(config, "vendor_relations_unsaid", frozenset())
    return f"{meta.object_name}.{name}" in unsaid


def _references(model: type[Model]) -> Iterator[Field[Any, Any]]:
    for field in model._meta.concrete_fields:
        if field.remote_field is not None and field.related_model is Vendor:
            yield field


def _relation(
    model: type[Model], name: str, others: Sequence[str], frozen: frozenset[str]
) -> Relation:
    meta = model._meta
    field = meta.get_field(name)
    declared = getattr(apps.get_app_config(meta.app_label), "vendor_relations", {})
    said = declared.get(f"{meta.object_name}.{name}")
    if said is None:
        said = Policy.STAYS if meta.db_table in frozen else Policy.MOVES
    return Relation(
        model=model,
        field=name,
        policy=Policy(said),
        sole=bool(getattr(field, "unique", False)),
        unique=tuple(_unique(model, name)) if said == Policy.MOVES else (),
        others=tuple(others),
    )


def _unique(model: type[Model], name: str) -> Iterator[tuple[tuple[str, ...], Q | None]]:
    """The other columns of each unique constraint with this one, and its condition."""
    meta = model._meta
    for together in meta.unique_together:
        if name in together:
            yield tuple(one for one in together if one != name), None
    for constraint in meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            if constraint.expressions:
                raise Unhandled(f"{meta.label}: {constraint.name} is unique by an expression.")
            if name in constraint.fields:
                columns = tuple(one for one in constraint.fields if one != name)
                yield columns, constraint.condition


def _append_only() -> frozenset[str]:
    """The tables whose rows the database refuses to change."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgname = 'append_only'"
        )
        return frozenset(row[0] for row in cursor.fetchall())
