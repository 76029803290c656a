"""Which records the rows of a list look like, for many rows at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection

from vendors.master_data import website_domain
from vendors.selectors.duplicates import ALIKE, SHARED_DOMAINS

#: Up to so many rows every name is compared with all there are; of longer lists, only names that
#: are the same but for capitals, and web addresses.
MOST_COMPARED: Final = 500
#: How many records are named for one row.
_NAMED: Final = 3

#: Records that share a web address or (nearly) a name with a row, the likeliest first.
_ALIKE: Final = """
WITH row AS MATERIALIZED (
    SELECT * FROM unnest(
        %(lines)s::int[], %(names)s::text[], %(countries)s::text[], %(domains)s::text[]
    ) AS row (line, name, country, domain)
), found AS (
    SELECT row.line, v.id, v.name, v.country, 1.0::real AS alike
    FROM row JOIN vendors_vendor v ON v.website_domain = row.domain
    WHERE row.domain <> '' AND row.domain <> ALL(%(shared)s::text[])
      AND v.merged_into_id IS NULL
      AND (v.country = row.country OR '' IN (v.country, row.country))
    UNION ALL
    SELECT row.line, near.id, near.name, near.country, near.alike
    FROM row CROSS JOIN LATERAL (
        SELECT v.id, v.name, v.country, similarity(v.name, row.name) AS alike
        FROM vendors_vendor v
        WHERE v.name %% row.name AND v.merged_into_id IS NULL
          AND similarity(v.name, row.name) >= %(alike)s
          AND (v.country = row.country OR '' IN (v.country, row.country))
        ORDER BY similarity(v.name, row.name) DESC, v.id LIMIT %(named)s
    ) AS near
    WHERE %(compare)s
    UNION ALL
    SELECT row.line, v.id, v.name, v.country, 1.0::real
    FROM row JOIN vendors_vendor v ON lower(v.name) = lower(row.name)
    WHERE NOT %(compare)s AND v.merged_into_id IS NULL
      AND (v.country = row.country OR '' IN (v.country, row.country))
)
SELECT line, name, country FROM (
    SELECT line, name, country, max(alike) AS alike, id FROM found GROUP BY line, id, name, country
) AS once ORDER BY line, alike DESC, id
"""


@dataclass(frozen=True, slots=True)
class Described:
    """A company as a row of a list describes it."""

    line: int
    name: str
    country: str
    website: str


def alike_of(rows: Sequence[Described]) -> dict[int, list[tuple[str, str]]]:
    """Line -> (name, country) of records that may be the company of that row; at most three.

    Of records in other units, too: name and country may be told, as when a vendor is entered.
    """
    if not rows:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _ALIKE,
            {
                "lines": [row.line for row in rows],
                "names": [row.name for row in rows],
                "countries": [row.country for row in rows],
                "domains": [website_domain(row.website) for row in rows],
                "shared": list(SHARED_DOMAINS),
                "alike": ALIKE,
                "named": _NAMED,
                "compare": len(rows) <= MOST_COMPARED,
            },
        )
        found: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for line, name, country in cursor.fetchall():
            if len(found[line]) < _NAMED:
                found[line].append((name, country))
    return dict(found)
