"""Taking in exchange rates and the price index: reference data, one for all business units."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, Final
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require_everywhere
from audit import clock
from audit.errors import Invalid
from audit.record import record
from vendors import master_data
from vendors.events.finances import ExchangeRatesImported, PriceIndexSet
from vendors.imports import formulas, table
from vendors.imports import rates as reading
from vendors.imports.cells import Problem
from vendors.imports.rates import Rate
from vendors.imports.watching import Watch, nobody
from vendors.models import ExchangeRate, FinanceImport, PriceIndex
from vendors.selectors.rates import price_indices
from vendors.services import held_lists
from vendors.services.held_lists import NotReady, finish
from vendors.services.statement_imports import SHOWN, NotWhole

#: As many as a year of all currencies has, several times over.
MOST: Final = 100_000
_AT_ONCE: Final = 5_000
#: One list at a time, so that each says truly what it changed; that no rate is there twice is held
#: by the table.
_LOCK: Final = 7_308_627_043
FIRST_YEAR: Final = 1968

_Key = tuple[str, str, date]


@dataclass
class _Read:
    """A list gone through; `before`: the rates there are, once they were looked up."""

    table: table.Table
    rates: list[Rate] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    before: dict[_Key, Decimal] = field(default_factory=dict)

    def kind(self, one: Rate) -> str:
        """Whether it is new, changes a rate, or is there already."""
        there = self.before.get((one.base, one.currency, one.day))
        return "new" if there is None else "unchanged" if there == one.rate else "changed"


def preview(
    *, file_name: str, content: bytes, base: str, source: str, by: Principal
) -> FinanceImport:
    """A list of rates read and kept with what would happen; no rate is written.

    `base` and `source` hold for rows that do not say. Raises Invalid per field.
    """
    with transaction.atomic():
        made = taken(file_name=file_name, content=content, base=base, source=source, by=by)
        made.report = looked_through(made=made, by=by, watch=nobody)
        made.save(update_fields=["report"])
    return made


def taken(
    *, file_name: str, content: bytes, base: str, source: str, by: Principal
) -> FinanceImport:
    """A list as it was uploaded, not looked into. Raises Invalid ("base", "source")."""
    require_everywhere(by, Permission.MANAGE_REFERENCE)
    source = master_data.tidy(source)[:120]
    errors: dict[str, list[str]] = {}
    if base not in ExchangeRate.Base.values:
        errors["base"] = [_("A rate is per EUR or per USD.")]
    if not source:
        errors["source"] = [_("Say where the rates come from, such as a central bank.")]
    if errors:
        raise master_data.invalid(errors)
    return FinanceImport.objects.create(
        kind=FinanceImport.Kind.RATES,
        user_id=_person(by),
        file_name=master_data.tidy(file_name)[-200:] or "list",
        content=content,
        report={"base": base, "source": source},
        created_at=clock.now(),
    )


def looked_through(*, made: FinanceImport, by: Principal, watch: Watch) -> dict[str, Any]:
    """What a list would do. Raises Invalid ("file") where it cannot be read."""
    require_everywhere(by, Permission.MANAGE_REFERENCE)
    base, source = made.report["base"], made.report["source"]
    found = _read(bytes(made.content), base, source, watch)
    found.before = _there(found.rates)
    return _report(found, base, source)


def run(*, made: FinanceImport, by: Principal) -> FinanceImport:
    """The rates taken in: all of them, or none. A rate there is for the same day is replaced.

    What a worker is at stays with it. Raises NotReady for an import that was discarded, NotWhole
    where a cell cannot be taken.
    """
    require_everywhere(by, Permission.MANAGE_REFERENCE)
    with transaction.atomic():
        locked = FinanceImport.objects.select_for_update(of=("self",)).get(pk=made.pk)
        if locked.status == FinanceImport.Status.DONE or locked.is_under_way:
            return locked
        if locked.status != FinanceImport.Status.PREVIEW:
            raise NotReady(_("This import was discarded. Upload the list again."))
        locked.report = write(made=locked, by=by, watch=nobody)
        finish(locked, FinanceImport.Status.DONE)
    return locked


def write(*, made: FinanceImport, by: Principal, watch: Watch) -> dict[str, Any]:
    """The rates written, in the caller's transaction; what was done. Raises NotWhole."""
    require_everywhere(by, Permission.MANAGE_REFERENCE)
    base, source = made.report["base"], made.report["source"]
    # A long list takes a while to read, in which others may write.
    found = _read(bytes(made.content), base, source, nobody)
    if found.problems:
        raise NotWhole(_("Some cells cannot be taken. Put them right and upload the list again."))
    _alone()
    found.before = _there(found.rates)
    written = [one for one in found.rates if found.kind(one) != "unchanged"]
    _write(written, by, watch)
    if written:
        _record(made, found, written, by)
    return _report(found, base, source)


def discard(*, made: FinanceImport, by: Principal) -> FinanceImport:
    """Let go of a previewed list. Raises NotReady once it was confirmed."""
    require_everywhere(by, Permission.MANAGE_REFERENCE)
    return held_lists.discard(FinanceImport.objects.all(), made.pk)


def set_price_index(*, year: int, value: Any, source: str, by: Principal) -> PriceIndex:
    """The price index of a year (1968 = 100) with its source; raises Invalid per field."""
    require_everywhere(by, Permission.MANAGE_REFERENCE)
    source = master_data.tidy(source)[:200]
    errors: dict[str, list[str]] = {}
    if not FIRST_YEAR <= year <= clock.today().year:
        errors["year"] = [_("Enter a year from 1968 on that has begun.")]
    try:
        index = Decimal(str(value)).quantize(Decimal("0.001"))
        if not 1 <= index < 100_000:
            raise InvalidOperation
    except InvalidOperation:
        errors["value"] = [_("Enter the index, with 100 for 1968.")]
        index = Decimal(0)
    if not source:
        errors["source"] = [_("Say where the value comes from.")]
    if errors:
        raise master_data.invalid(errors)
    with transaction.atomic():
        _alone()
        before = next((one.value for one in price_indices() if one.year == year), None)
        made, _created = PriceIndex.objects.update_or_create(
            year=year,
            defaults={
                "value": index,
                "source": source,
                "user_id": _person(by),
                "recorded_at": clock.now(),
            },
        )
        record(
            PriceIndexSet(
                aggregate_id=uuid5(NAMESPACE_OID, f"price-index-{year}"),
                year=year,
                value=str(index),
                before="" if before is None else str(before),
                source=source,
            ),
            by=by,
        )
    return made


def _alone() -> None:
    """Until the end of the transaction nobody else writes rates."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _person(by: Principal) -> UUID | None:
    return UUID(by.id) if by.kind == "user" else None


def _read(content: bytes, base: str, source: str, watch: Watch) -> _Read:
    try:
        found = table.read(content, is_header=reading.known_headings, wanted=reading.wanted())
    except table.Unreadable as error:
        raise _unusable(str(error)) from error
    marked = formulas.formula_cells(content, found.sheet) if found.kind == "sheet" else frozenset()
    if marked is None:
        raise _unusable(_("Save the list as .xlsx or CSV. In other files formulas go unseen."))
    read = _Read(found)
    seen: dict[_Key, Rate] = {}
    rows = reading.rates(found, marked, base=base, source=source, today=clock.today())
    for number, one in enumerate(rows):
        if number % _AT_ONCE == 0:
            # A row of a wide list has many rates, and its line says how far it is.
            watch(one.line, max(one.line, len(found.lines)))
        if isinstance(one, Problem):
            read.problems.append(one)
            continue
        first = seen.setdefault((one.base, one.currency, one.day), one)
        if first is one:
            read.rates.append(one)
        elif first.rate != one.rate:
            read.problems.append(_twice(one, first))
    if len(read.rates) > MOST:
        raise _unusable(_("The list has more than %(most)d rates. Split it.") % {"most": MOST})
    return read


def _twice(one: Rate, first: Rate) -> Problem:
    reason = _("Line %(line)d has another rate of %(currency)s for the same day.") % {
        "line": first.line,
        "currency": one.currency,
    }
    return Problem(one.line, "", one.currency, f"{one.rate.normalize():f}", reason)


def _unusable(message: str) -> Invalid:
    return Invalid(message, errors={"file": [message]})


def _there(rates: Sequence[Rate]) -> dict[_Key, Decimal]:
    if not rates:
        return {}
    days = [one.day for one in rates]
    rows = ExchangeRate.objects.filter(
        currency__in={one.currency for one in rates}, day__range=(min(days), max(days))
    )
    return {
        (base, currency, day): rate
        for base, currency, day, rate in rows.values_list("base", "currency", "day", "rate")
    }


def _write(rates: Sequence[Rate], by: Principal, watch: Watch) -> None:
    now, person = clock.now(), _person(by)
    for number, chunk in enumerate(_chunks(rates)):
        watch(number * _AT_ONCE, len(rates))
        ExchangeRate.objects.bulk_create(
            [
                ExchangeRate(
                    base=one.base,
                    currency=one.currency,
                    day=one.day,
                    rate=one.rate,
                    source=one.source,
                    user_id=person,
                    recorded_at=now,
                )
                for one in chunk
            ],
            update_conflicts=True,
            unique_fields=["base", "currency", "day"],
            update_fields=["rate", "source", "user", "recorded_at"],
        )


def _chunks(rates: Sequence[Rate]) -> Iterator[list[Rate]]:
    rest = iter(rates)
    while chunk := list(islice(rest, _AT_ONCE)):
        yield chunk


def _record(made: FinanceImport, found: _Read, written: Sequence[Rate], by: Principal) -> None:
    days = [one.day for one in written]
    changed = [one for one in written if found.kind(one) == "changed"]
    record(
        ExchangeRatesImported(
            aggregate_id=made.pk,
            file_name=made.file_name,
            new=len(written) - len(changed),
            changed=len(changed),
            currencies=sorted({one.currency for one in written}),
            first_day=min(days).isoformat(),
            last_day=max(days).isoformat(),
            changes=[_change(one, found) for one in changed],
        ),
        by=by,
    )


def _change(one: Rate, found: _Read) -> list[str]:
    before = found.before[one.base, one.currency, one.day]
    return [one.currency, one.base, one.day.isoformat(), _plain(before), _plain(one.rate)]


def _plain(rate: Decimal) -> str:
    return f"{rate.normalize():f}"


def _report(found: _Read, base: str, source: str) -> dict[str, Any]:
    kinds = [found.kind(one) for one in found.rates]
    days = [one.day for one in found.rates]
    return {
        "base": base,
        "source": source,
        "format": {
            "kind": found.table.kind,
            "encoding": found.table.encoding,
            "delimiter": found.table.delimiter,
            "sheet": found.table.sheet,
        },
        "counts": {
            "rows": len(found.table.lines),
            "refused": len(found.problems),
            **{kind: kinds.count(kind) for kind in ("new", "changed", "unchanged")},
        },
        "currencies": sorted({one.currency for one in found.rates}),
        "first_day": min(days).isoformat() if days else "",
        "last_day": max(days).isoformat() if days else "",
        "changes": [
            _change(one, found)
            for one, kind in zip(found.rates, kinds, strict=True)
            if kind == "changed"
        ][:SHOWN],
        "problems": [asdict(one) for one in found.problems[:SHOWN]],
    }
