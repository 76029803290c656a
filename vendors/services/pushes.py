"""Vendors that another system pushes, one or many at once: made, changed, linked.

Both ways lead through `vendors.pushes.decide` and `vendors.services.vendor_rows`. What several of
one call do to the same vendor happens in their order, as if they had come one after the other.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from accounts.selectors import units_visible_to
from audit import clock
from audit.errors import Refused
from audit.events import Payload
from audit.record import record
from vendors import pushes
from vendors.events import (
    VendorChanged,
    VendorCreated,
    VendorExternalIdSet,
    VendorsPushed,
    VendorUnitLinked,
)
from vendors.events.screening import AliasChanged
from vendors.models import VendorAlias
from vendors.pushes import Outcome, Push
from vendors.services import vendor_rows

#: So often one vendor may come in one call.
_ROUNDS: Final = 20


class Repeated(Refused):
    """One call tells of the same vendor too often."""

    code = "repeated"


class ChangedMeanwhile(Refused):
    """Somebody else wrote the same vendor at the same moment; nothing was written."""

    code = "changed_meanwhile"


@dataclass(frozen=True)
class Pushed:
    """What became of a push: the vendor and whether it is new, or why not."""

    vendor_id: UUID | None = None
    created: bool = False
    changed: bool = False
    refused: Refused | None = None


def push(*, one: Push, by: Principal) -> Pushed:
    """The vendor as another system tells of it; telling the same again changes nothing.

    Raises what `vendors.pushes` refuses, ChangedMeanwhile.
    """
    done = push_many(pushed=[one], by=by)[0]
    if done.refused is not None:
        raise done.refused
    return done


def push_many(*, pushed: Sequence[Push], by: Principal) -> list[Pushed]:
    """What became of each push, in their order; one that is refused holds up no other.

    All that can be written is written in one transaction, by a fixed number of statements unless
    several pushes mean one vendor. Raises ChangedMeanwhile; then nothing was written.
    """
    require(by, Permission.EDIT_VENDORS)
    try:
        with transaction.atomic():
            vendor_rows.lock()
            return _push(pushed, by)
    except IntegrityError as error:
        raise ChangedMeanwhile(
            _("Somebody else changed the same vendors at this moment. Send it again.")
        ) from error


def _push(pushed: Sequence[Push], by: Principal) -> list[Pushed]:
    found: dict[int, Pushed] = {}
    only = _only_unit(by)
    waiting = list(enumerate(pushed))
    for _round in range(_ROUNDS):
        decided, later = _decided(waiting, only, by, found)
        _write(decided, by, found, single=len(pushed) == 1)
        waiting = later
        if not waiting:
            break
    for index, _one in waiting:
        refused = Repeated(_("The same vendor is in this call too often. Send the rest again."))
        found[index] = Pushed(refused=refused)
    return [found[index] for index in range(len(pushed))]


def _only_unit(by: Principal) -> UUID | None:
    own = units_visible_to(by, Permission.EDIT_VENDORS).filter(sample=False)
    units = own.values_list("pk", flat=True)[:2]
    return units[0] if len(units) == 1 else None


def _decided(
    waiting: Sequence[tuple[int, Push]], only: UUID | None, by: Principal, found: dict[int, Pushed]
) -> tuple[list[tuple[int, Outcome]], list[tuple[int, Push]]]:
    """(what is to be done now, what has to wait for it)."""
    known = vendor_rows.known(
        [one.row for _index, one in waiting],
        by.units(Permission.EDIT_VENDORS),
        ids=[key for _index, one in waiting for key in one.keys],
        vendor_ids=[one.vendor_id for _index, one in waiting if one.vendor_id],
        lock=True,
    )
    decided: list[tuple[int, Outcome]] = []
    later: list[tuple[int, Push]] = []
    seen: set[object] = set()
    namesakes: dict[tuple[str, str], set[str]] = defaultdict(set)  # -> systems
    for index, one in waiting:
        marks: set[object] = set(one.marks())
        try:
            outcome = pushes.decide(one, known, only)
        except Refused as refused:
            if not seen.isdisjoint(marks):  # what it waits for may change that
                later.append((index, one))
                seen |= marks
            else:
                found[index] = Pushed(refused=refused)
            continue
        if outcome.vendor is not None:
            marks.add(outcome.vendor.id)
        systems = namesakes[one.name_and_country]
        joins = outcome.vendor is None and bool(systems - {one.row.system})
        # What comes after one that waits, and may mean the same vendor, waits as well.
        if joins or not seen.isdisjoint(marks):
            later.append((index, one))
        else:
            decided.append((index, outcome))
        seen |= marks
        systems.add(one.row.system)
    return decided, later


def _write(
    decided: Sequence[tuple[int, Outcome]], by: Principal, found: dict[int, Pushed], *, single: bool
) -> None:
    new = [(index, one) for index, one in decided if one.vendor is None]
    made = vendor_rows.create(
        [vendor_rows.New(one.after, one.links, one.ids) for _index, one in new]
    )
    ids = {index: pk for (index, _one), pk in zip(new, made, strict=True)}
    ids |= {index: one.vendor.id for index, one in decided if one.vendor is not None}
    vendor_rows.change(
        [
            vendor_rows.Changed(one.vendor.id, one.after, one.links, one.categories, one.ids)
            for _index, one in decided
            if one.vendor is not None
        ]
    )
    written = [(ids[index], one) for index, one in decided if one.writes]
    added, removed = _rename(written)
    for index, one in decided:
        found[index] = Pushed(ids[index], one.vendor is None, one.writes)
    if single:
        for pk, one in written:
            for event in [*_events(pk, one), *_renamed(one, added, removed)]:
                record(event, by=by)
        return
    by_unit: dict[UUID | None, list[tuple[UUID, Outcome]]] = defaultdict(list)
    for pk, one in written:
        by_unit[_unit(one)].append((pk, one))
    for unit_id, rows in by_unit.items():
        for chunk in vendor_rows.chunks(rows):
            record(_chunk_event(chunk, unit_id), by=by)


def _rename(
    written: Sequence[tuple[UUID, Outcome]],
) -> tuple[list[VendorAlias], list[VendorAlias]]:
    """Bring the aliases of a source in line with what it tells: (new ones, those taken away)."""
    now = clock.now()
    added = VendorAlias.objects.bulk_create(
        VendorAlias(vendor_id=pk, name=name, kind=kind, source=one.push.source, created_at=now)
        for pk, one in written
        for name, kind in one.aliases.items()
    )
    gone = {(pk, name) for pk, one in written for name in one.gone}
    if not gone:
        return added, []
    rows = VendorAlias.objects.filter(vendor__in={pk for pk, _name in gone})
    removed = [row for row in rows if (row.vendor_id, row.name) in gone]
    VendorAlias.objects.filter(pk__in=[row.pk for row in removed]).delete()
    return added, removed


def _unit(one: Outcome) -> UUID | None:
    """The unit that hears of it: one that works with the vendor from now on, or did before."""
    return next(iter([*one.links, *(one.vendor.units if one.vendor else ())]), None)


def _events(pk: UUID, one: Outcome) -> Iterator[Payload]:
    """What happened to one vendor, as if somebody had done it on the pages."""
    units = list(one.links.items())
    unit_id = _unit(one)
    if one.vendor is None:
        country = one.after.get("country", "")
        yield VendorCreated(
            aggregate_id=pk, unit_id=unit_id, name=one.after["name"], country=country
        )
        units = units[1:]
    elif one.after:
        yield VendorChanged(
            aggregate_id=pk,
            unit_id=unit_id,
            fields=sorted(one.after),
            before={name: one.vendor.values[name] for name in one.after},
            after=dict(one.after),
        )
    for unit, category in units:
        yield VendorUnitLinked(aggregate_id=pk, unit_id=unit, category=category)
    for unit, category in one.categories.items():
        yield VendorUnitLinked(aggregate_id=pk, unit_id=unit, created=False, category=category)
    for system, value in one.ids:
        yield VendorExternalIdSet(aggregate_id=pk, unit_id=unit_id, system=system, value=value)


def _renamed(
    one: Outcome, added: Sequence[VendorAlias], removed: Sequence[VendorAlias]
) -> Iterator[Payload]:
    for rows, away in ((added, False), (removed, True)):
        for row in rows:
            yield AliasChanged(
                aggregate_id=row.vendor_id,
                unit_id=_unit(one),
                facts_of=row.vendor_id,
                alias_id=row.pk,
                kind=row.kind,
                removed=away,
                name=row.name,
                source=row.source,
            )


def _chunk_event(chunk: Sequence[tuple[UUID, Outcome]], unit_id: UUID | None) -> VendorsPushed:
    changes: Mapping[str, dict[str, list[str]]] = {
        str(pk): {name: [one.vendor.values[name], to] for name, to in one.after.items()}
        for pk, one in chunk
        if one.vendor is not None and one.after
    }
    return VendorsPushed(
        aggregate_id=uuid4(),
        unit_id=unit_id,
        vendor_ids=[pk for pk, _one in chunk],
        created=sum(one.vendor is None for _pk, one in chunk),
        changed=sum(one.vendor is not None and not one.links for _pk, one in chunk),
        linked=sum(one.vendor is not None and bool(one.links) for _pk, one in chunk),
        changes=dict(changes),
    )
