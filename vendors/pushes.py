"""What becomes of vendors that another system pushes, decided before anything is written.

The id in that system decides which vendor is meant. One that is new there is looked for by LEI,
VAT and registration number and by name and country; only where the name is the same as well does
it join a record there is. What is not told stays as it is; what is told empty is emptied. What
another unit keeps is never overwritten.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from audit.errors import Refused
from vendors import master_data
from vendors.imports.known import FIELDS, Known, KnownVendor
from vendors.imports.rows import Candidate

Ref = tuple[str, str]
#: What a vendor may be told of; the name of a new one is needed.
TOLD: Final = FIELDS


class Unfit(Refused):
    """Values that cannot be taken; `extra["errors"]` maps a field to its messages."""

    status = 400
    code = "invalid"


class Unexpected(Refused):
    """The vendor is not as `if_match` or `create_only` expects it."""

    status = 412
    code = "changed_since"


class Unknown(Refused):
    """There is no such vendor."""

    status = 404
    code = "not_found"


class TakenElsewhere(Refused):
    """An id belongs to another vendor, or the vendor to another business unit."""

    code = "external_id_taken"


@dataclass(frozen=True)
class Push:
    """One vendor as another system tells of it, every value tidied.

    `ref`: its id there, as (system, id). `vendor_id`: its id here, in place of the other. `values`:
    what is told of `TOLD`. `units`: those that work with it; empty: those that do. `aliases`: name
    -> kind, all that the system knows; None: nothing is told. `ids`: further ids. `if_match`: the
    tags one of which the record has to have, "*" for any; `create_only`: it must be new.
    """

    source: str
    ref: Ref | None = None
    vendor_id: UUID | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    units: Sequence[UUID] = ()
    category: str | None = None
    aliases: Mapping[str, str] | None = None
    ids: Sequence[Ref] = ()
    if_match: Collection[str] = ()
    create_only: bool = False

    @cached_property
    def row(self) -> Candidate:
        """The same as a row of a list, so that it is looked for in the same way."""
        system, value = self.ref or ("", "")
        told: dict[str, Any] = {name: self.values.get(name, "") for name in TOLD}
        return Candidate(line=0, system=system, external_id=value, **told)

    @cached_property
    def all_ids(self) -> Sequence[Ref]:
        """Its id and further ids, as they are written."""
        return [*([self.ref] if self.ref else []), *self.ids]

    @cached_property
    def keys(self) -> Mapping[Ref, str]:
        """(system, key) of each id -> the id as it is written."""
        return {
            (system, master_data.external_key(value, system)): value
            for system, value in self.all_ids
        }

    @property
    def name_and_country(self) -> tuple[str, str]:
        """What a vendor that is new in its system may be told by from another system."""
        return self.row.name.lower(), self.row.country

    def marks(self) -> set[tuple[str, ...]]:
        """What another push would have in common with it if the two meant one vendor.

        Two that only share name and country are two vendors where their ids are of one system.
        """
        named = master_data.name_key(self.row.name)
        found: set[tuple[str, ...]] = set(self.keys)
        for name in ("lei", "vat_number", "registration_key"):
            if value := getattr(self.row, name):
                found.add((name, value, named))
        return found


@dataclass(frozen=True)
class Outcome:
    """What a push does. `vendor` None: it makes a new one; `links`: unit -> category.

    `aliases`: name -> kind of new ones, `gone`: names that the system knows no longer.
    """

    push: Push
    vendor: KnownVendor | None
    after: Mapping[str, str]
    links: Mapping[UUID, str]
    categories: Mapping[UUID, str] = field(default_factory=dict)
    ids: Sequence[Ref] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    gone: Sequence[str] = ()

    @property
    def writes(self) -> bool:
        """Whether anything changes."""
        parts: tuple[Any, ...] = (
            self.after,
            self.links,
            self.categories,
            self.ids,
            self.aliases,
            self.gone,
        )
        return self.vendor is None or any(parts)


def decide(push: Push, known: Known, only: UUID | None) -> Outcome:
    """What becomes of one push, given the vendors there are. Raises a Refused that says why.

    `only`: the unit for which whoever pushes edits vendors; None where there are several.
    """
    vendor = _meant(push, known)
    _check_expected(push, vendor)
    _check_ids(push, known, vendor)
    if vendor is None:
        return _new(push, only)
    return _changed(push, vendor, only)


def _meant(push: Push, known: Known) -> KnownVendor | None:
    if push.vendor_id is not None:
        vendor = known.there(push.vendor_id)
        if vendor is None or not vendor.linked:
            raise Unknown(_("There is no such vendor, or it is not for you to see."))
        return vendor
    own, *further = (known.identified(ref) for ref in push.keys)
    if own is not None:
        return own
    same = [one for one in (*further, *known.marked(push.row)) if one and _same_name(push, one)]
    if not same:
        return known.namesake(push.row)
    alone = all(one is same[0] for one in same)
    return same[0] if alone and (same[0].linked or not _differing(push, same[0])) else None


def _same_name(push: Push, vendor: KnownVendor) -> bool:
    return master_data.name_key(push.row.name) == master_data.name_key(vendor.values["name"])


def _differing(push: Push, vendor: KnownVendor) -> list[str]:
    """The fields of which the vendor has another value, and not none, than is told."""
    return [
        name
        for name, value in push.values.items()
        if vendor.values[name] and value != vendor.values[name]
    ]


def _check_expected(push: Push, vendor: KnownVendor | None) -> None:
    if push.create_only and vendor is not None:
        raise Unexpected(_("There is such a vendor already."))
    if not push.if_match:
        return
    if vendor is None:
        raise Unexpected(_("There is no such vendor yet."))
    if "*" not in push.if_match and vendor.tag not in push.if_match:
        raise Unexpected(_("This vendor was changed since it was read. Read it again."))


def _check_ids(push: Push, known: Known, vendor: KnownVendor | None) -> None:
    """Raise where one of the ids is another vendor's."""
    for (system, key), value in push.keys.items():
        there = known.identified((system, key))
        if there is not None and there is not vendor:
            raise TakenElsewhere(
                _("Another vendor has the id %(value)s in %(system)s.")
                % {"value": value, "system": system},
                errors={"external_ids": [str(there.id)]} if there.linked else {},
            )


def _new(push: Push, only: UUID | None) -> Outcome:
    if not push.values.get("name"):
        raise _unfit("name", _("Enter the vendor's name."))
    return Outcome(
        push=push,
        vendor=None,
        after=push.values,
        links=dict.fromkeys(_units(push, only), push.category or ""),
        ids=[(system, value) for (system, _key), value in push.keys.items()],
        aliases=push.aliases or {},
    )


def _changed(push: Push, vendor: KnownVendor, only: UUID | None) -> Outcome:
    values = dict(push.values)
    if "vat_number" in values and "country" not in values:
        try:
            values["vat_number"] = master_data.with_country(
                values["vat_number"], vendor.values["country"]
            )
        except ValueError as error:
            raise _unfit("vat_number", str(error)) from error
    named = push.units or ([] if vendor.linked else _units(push, only))
    if not vendor.linked and (differing := _differing(push, vendor)):
        raise TakenElsewhere(
            _("Another business unit knows this vendor with other details."),
            # Not what it is: to the client the record is not there, and a guess must not show it.
            errors={name: [_("The record says something else.")] for name in differing},
        )
    there = {(system, key) for system, keys in vendor.external.items() for key in keys}
    categories = {}
    if push.category is not None:
        categories = {
            unit: push.category
            for unit in _categorised(push, vendor, named)
            if vendor.units.get(unit, push.category) != push.category
        }
    return Outcome(
        push=push,
        vendor=vendor,
        after={name: value for name, value in values.items() if value != vendor.values[name]},
        links={unit: push.category or "" for unit in named if unit not in vendor.units},
        categories=categories,
        ids=[
            (system, value)
            for (system, key), value in push.keys.items()
            if (system, key) not in there
        ],
        **_aliases(push, vendor),
    )


def _categorised(push: Push, vendor: KnownVendor, named: Sequence[UUID]) -> Sequence[UUID]:
    """The units that file the vendor under the category told."""
    if named:
        return named
    if len(vendor.units) > 1:
        raise _unfit("business_units", _("Say for which business unit the category is."))
    return list(vendor.units)


def _aliases(push: Push, vendor: KnownVendor) -> dict[str, Any]:
    """Names that are new, and those of the same source that are told no more."""
    if push.aliases is None:
        return {}
    return {
        "aliases": {
            name: kind for name, kind in push.aliases.items() if name not in vendor.aliases
        },
        "gone": [
            name
            for name, (_kind, source) in vendor.aliases.items()
            if source == push.source and name not in push.aliases
        ],
    }


def _units(push: Push, only: UUID | None) -> Sequence[UUID]:
    if push.units:
        return push.units
    if only is None:
        raise _unfit("business_units", _("Say which business units work with this vendor."))
    return [only]


def _unfit(name: str, said: str) -> Unfit:
    return Unfit(said, errors={name: [said]})
