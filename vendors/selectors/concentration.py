"""On whom the portfolio relies: how many of the reader's vendors each fourth party serves."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from vendors.selectors.limits import OPEN_SUBCONTRACT, who

PAGE: Final = 50

#: Every company that takes part in the work of vendors linked to the given units, along
#: subcontracts that those units may see, with the number of these vendors.
_RELIED_ON: Final = """
WITH RECURSIVE link AS MATERIALIZED (
    SELECT s.vendor_id, s.subcontractor_id, s.flowed_down, s.approved_on
    FROM vendors_subcontract s
    WHERE s.status = 'active'
      AND (%(everything)s OR s.engagement_id IS NULL OR EXISTS (
          SELECT 1 FROM vendors_engagement e
          WHERE e.id = s.engagement_id AND e.unit_id = ANY(%(units)s::uuid[])
      ))
      AND {open}
), ours AS MATERIALIZED (
    SELECT DISTINCT u.vendor_id AS id
    FROM vendors_vendorunit u JOIN link ON link.vendor_id = u.vendor_id
    WHERE (%(everything)s OR u.unit_id = ANY(%(units)s::uuid[]))
      AND {among}
), met (root, id) AS (
    SELECT ours.id, link.subcontractor_id FROM ours JOIN link ON link.vendor_id = ours.id
    UNION
    SELECT met.root, link.subcontractor_id FROM met JOIN link ON link.vendor_id = met.id
), counted AS (
    SELECT met.id, count(DISTINCT met.root) AS vendors
    FROM met WHERE met.root <> met.id GROUP BY met.id
), known AS (
    SELECT id FROM ours UNION SELECT id FROM met
), direct AS (
    SELECT link.subcontractor_id AS id,
           count(*) FILTER (
               WHERE link.flowed_down IS NOT TRUE OR link.approved_on IS NULL
           ) AS open
    FROM link JOIN known ON known.id = link.vendor_id GROUP BY link.subcontractor_id
)
SELECT v.id, v.name, v.country, counted.vendors, direct.open,
       %(everything)s OR EXISTS (
           SELECT 1 FROM vendors_vendorunit u
           WHERE u.vendor_id = v.id AND u.unit_id = ANY(%(units)s::uuid[])
       ),
       EXISTS (SELECT 1 FROM vendors_vendorunit u WHERE u.vendor_id = v.id)
FROM counted JOIN vendors_vendor v ON v.id = counted.id JOIN direct ON direct.id = counted.id
WHERE (%(words)s = '' OR v.name ILIKE %(pattern)s)
  AND (%(country)s = '' OR v.country = %(country)s)
  AND (%(first)s OR (-counted.vendors, v.name, v.id) > (%(at)s, %(name)s, %(id)s::uuid))
ORDER BY -counted.vendors, v.name, v.id
LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class ReliedOn:
    """A fourth party. `vendors`: how many of the reader's rely on it, at any distance.

    `without_terms`: subcontracts with it that lack our terms or our approval, or where that is not
    known. `open`: the reader may see its own page. `linked`: some unit works with it directly.
    """

    id: UUID
    name: str
    country: str
    vendors: int
    without_terms: int
    open: bool
    linked: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some of them, and the cursor of the next page."""

    rows: Sequence[ReliedOn]
    next: str | None


def relied_on_most(
    principal: Principal,
    *,
    unit_id: UUID | None = None,
    words: str = "",
    country: str = "",
    among: QuerySet[Any, Any] | None = None,
    after: str = "",
    limit: int = PAGE,
) -> Page:
    """Fourth parties, those that most vendors rely on first.

    With a unit, counted within it (the reader holds it); otherwise within all that they see.
    `among`: only the vendors whose ids it gives are counted.
    """
    units = principal.units(Permission.VIEW)
    if unit_id is not None:
        units = frozenset({unit_id}) if units is None or unit_id in units else frozenset()
    start = _read(after)
    escaped = words.strip().replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    given: dict[str, Any] = {
        "everything": units is None,
        "units": list(units or ()),
        "who": who(principal),
        "words": words.strip(),
        "pattern": f"%{escaped}%",
        "country": country,
        "first": start is None,
        "limit": limit + 1,
    }
    given |= dict(zip(("at", "name", "id"), start or (0, "", UUID(int=0)), strict=True))
    condition, more = _among(among)
    with connection.cursor() as cursor:
        cursor.execute(_relied_on(condition), given | more)
        found = [ReliedOn(*row) for row in cursor.fetchall()]
    shown = found[:limit]
    return Page(shown, _write(shown[-1]) if len(found) > limit else None)


def _relied_on(condition: str) -> str:
    return _RELIED_ON.replace("{open}", OPEN_SUBCONTRACT).replace("{among}", condition)


def _among(rows: QuerySet[Any, Any] | None) -> tuple[str, dict[str, Any]]:
    """The condition on vendors, and its values: the query itself, so that no id comes and goes."""
    if rows is None:
        return "TRUE", {}
    sql, values = rows.query.sql_with_params()
    names = [f"among_{at}" for at in range(len(values))]
    named = sql.replace("%%", "%%%%") % tuple(f"%({name})s" for name in names)
    return f"u.vendor_id IN ({named})", dict(zip(names, values, strict=True))


def _write(row: ReliedOn) -> str:
    said = json.dumps([-row.vendors, row.name, str(row.id)])
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[int, str, UUID] | None:
    """Where a page starts; None where the cursor cannot be read: the first page."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, name, pk = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if "\x00" in str(name) or not -(2**31) < int(at) <= 0:
            return None
        return int(at), str(name), UUID(str(pk))
    except (RecursionError, binascii.Error, ValueError, TypeError):
        return None
