"""Fills the database for `bench.feed` and writes to it. `bench.feed` runs it.

`portfolio COUNT` loads vendors and makes two clients; `write WRITERS SECONDS` commits out of order;
`backlog COUNT` writes that many changes. The last line of output is a JSON object.
"""

import json
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import django

#: This share of transactions comes to nothing.
_IN_VAIN = 0.15
#: This share takes up to three seconds and is overtaken by what begins and ends meanwhile.
_LONG = 0.1


def main() -> None:
    """Do what the first argument says."""
    django.setup()
    what, *numbers = sys.argv[1:]
    work: Any = {"portfolio": _portfolio, "write": _write, "backlog": _backlog}[what]
    print(json.dumps(work(*map(int, numbers))))


def _portfolio(count: int) -> dict[str, Any]:
    from django.core.management import call_command

    from accounts.models import BusinessUnit
    from accounts.principal import SYSTEM
    from accounts.services import api_clients
    from bench import portfolio

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    access = portfolio.load(count)
    unit = BusinessUnit.objects.order_by("code")[0]
    client = api_clients.add(
        name="ERP of a unit", scopes=["scores:read", "vendors:read"], units=[unit], by=SYSTEM
    )
    secret = api_clients.create_key(client=client, expires_at=None, by=SYSTEM).secret
    return {"key": access.api_key, "unit": str(unit.pk), "unit_key": secret}


class InVain(Exception):
    """A transaction that comes to nothing."""


@dataclass
class Wrote:
    """What one writer did: when the transaction of each event was over, and what was in vain."""

    committed: dict[str, float] = field(default_factory=dict)
    rolled_back: int = 0
    longest: float = 0.0


def _write(writers: int, seconds: int) -> dict[str, Any]:
    end = time.monotonic() + seconds
    with ThreadPoolExecutor(writers) as at_once:
        all_of_them = list(at_once.map(lambda number: _writer(number, end), range(writers)))
    return {
        "committed": {pk: at for wrote in all_of_them for pk, at in wrote.committed.items()},
        "rolled_back": sum(wrote.rolled_back for wrote in all_of_them),
        "longest_s": round(max(wrote.longest for wrote in all_of_them), 2),
    }


def _writer(number: int, end: float) -> Wrote:
    from django.db import connection

    from audit import history
    from audit.record import record

    chance, about = random.Random(number), _about()
    by, wrote = _by(), Wrote()
    try:
        while time.monotonic() < end:
            began = time.monotonic()
            pause = chance.random() * (3.0 if chance.random() < _LONG else 0.05)
            made = []
            try:
                # Nothing has to react to these: the vendors are as they were.
                with history.writing():
                    for _ in range(chance.randint(1, 4)):
                        made.append(str(record(_change(chance, about), by=by).id))
                        time.sleep(pause / 4)
                    if chance.random() < _IN_VAIN:
                        raise InVain
            except InVain:
                wrote.rolled_back += len(made)
            else:
                wrote.committed |= dict.fromkeys(made, time.time())
                wrote.longest = max(wrote.longest, time.monotonic() - began)
    finally:
        connection.close()
    return wrote


def _backlog(count: int) -> dict[str, Any]:
    from audit import history
    from audit.record import record

    chance, about, by = random.Random(1), _about(), _by()
    for first in range(0, count, 1000):
        with history.writing():
            for _ in range(min(1000, count - first)):
                record(_change(chance, about), by=by)
    return {"written": count}


def _by() -> Any:
    from accounts.principal import SYSTEM

    return SYSTEM


def _about() -> list[tuple[Any, Any, Any]]:
    """Assessments of all units, each with its vendor and unit."""
    from assessments.models import Assessment

    return list(Assessment.objects.values_list("pk", "vendor_id", "unit_id").order_by("pk"))


def _change(chance: random.Random, about: list[tuple[Any, Any, Any]]) -> Any:
    """A new score or new master data, of one of the assessments."""
    from scoring.events import ScoreChanged
    from vendors.events import VendorChanged

    assessment, vendor, unit = chance.choice(about)
    if chance.random() < 0.3:
        return VendorChanged(
            aggregate_id=vendor, unit_id=unit, fields=["city"], before={"city": ""}, after={}
        )
    return ScoreChanged(
        aggregate_id=assessment,
        unit_id=unit,
        vendor_id=vendor,
        score_id=None,
        points=chance.randint(0, 100_000),
        band="high",
        status="provisional",
        previous_points=None,
        previous_band="",
        previous_status="",
        cause="bench",
    )


if __name__ == "__main__":
    main()
