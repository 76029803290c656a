"""Which records may be one company: those like a described one, and pairs over the portfolio."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection
from django.db.models import Q

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from vendors.master_data import is_worldwide, registration_key, website_domain
from vendors.models import Vendor, VendorAlias, VendorUnit
from vendors.selectors.master import vendors_visible_to

#: Names at least this much alike (share of three-letter pieces) are worth a second look.
ALIKE: Final = 0.5
#: What two records may have in common, the surest first.
REASONS: Final = ("lei", "vat_number", "registration_number", "website", "name")
#: Where many companies have their pages: the same address says nothing.
SHARED_DOMAINS: Final = (
    "alibaba.com",
    "facebook.com",
    "github.com",
    "github.io",
    "globalsources.com",
    "google.com",
    "indiamart.com",
    "instagram.com",
    "linkedin.com",
    "made-in-china.com",
    "wixsite.com",
    "wordpress.com",
    "1688.com",
)
PAGE: Final = 25


@dataclass(frozen=True)
class Lookalike:
    """A vendor there is already. Of one in other units only the name and the country are told."""

    id: UUID
    name: str
    country: str
    reason: str  # one of REASONS
    visible: bool
    archived: bool
    in_unit: bool


def lookalikes(
    principal: Principal,
    *,
    unit: BusinessUnit | None,
    name: str,
    country: str = "",
    registration_number: str = "",
    lei: str = "",
    vat_number: str = "",
    website: str = "",
    leave_out: Collection[UUID] = (),
) -> list[Lookalike]:
    """Vendors that may be the one described, the surest first; at most ten.

    Same LEI; same VAT or registration number and country (an ISIN, or a VAT number with the
    letters of its country, needs none); same web address; a very similar name, or other name. The
    last two in the same country, or where either has none.
    """
    key = registration_key(registration_number)
    domain = website_domain(website)
    same = {"lei": Q(lei=lei) if lei else None}
    same["vat_number"] = Q(vat_number=vat_number) if vat_number else None
    same["registration_number"] = Q(registration_key=key) if key else None
    same["website"] = Q(website_domain=domain) if domain and domain not in SHARED_DOMAINS else None
    # The index finds rows at the server's own, lower threshold; the exact likeness is then
    # computed for those few.
    also = VendorAlias.objects.filter(name__trigram_similar=name)
    also = also.annotate(alike=TrigramSimilarity("name", name)).filter(alike__gte=ALIKE)
    same["name"] = (
        Q(name__trigram_similar=name, alike__gte=ALIKE)
        | Q(name=name)
        | Q(pk__in=also.values("vendor"))
    )
    if country:
        for kind, condition in same.items():
            told = (kind == "registration_number" and is_worldwide(key)) or (
                kind == "vat_number" and vat_number[:2].isalpha()
            )
            if condition is not None and kind != "lei" and not told:
                same[kind] = condition & Q(country__in=(country, ""))
    wanted = Q(pk__in=())
    for condition in same.values():
        wanted |= condition or Q(pk__in=())
    rows = (
        Vendor.objects.filter(merged_into=None)
        .exclude(pk__in=leave_out)
        .annotate(alike=TrigramSimilarity("name", name))
        .filter(wanted)
        .order_by("-alike", "pk")[:30]
    )
    found = list(rows)
    visible = set(
        vendors_visible_to(principal)
        .filter(pk__in=[row.pk for row in found])
        .values_list("pk", flat=True)
    )
    in_unit = set(
        VendorUnit.objects.filter(vendor__in=found, unit=unit).values_list("vendor", flat=True)
        if unit
        else ()
    )

    def reason(row: Vendor) -> str:
        said = {
            "lei": bool(lei) and row.lei == lei,
            "vat_number": bool(vat_number) and row.vat_number == vat_number,
            "registration_number": bool(key) and row.registration_key == key,
            "website": bool(domain) and row.website_domain == domain,
        }
        return next((one for one in REASONS if said.get(one)), "name")

    seen = [
        Lookalike(
            id=row.pk,
            name=row.name,
            country=row.country.code or "",
            reason=reason(row),
            visible=row.pk in visible,
            archived=row.status == Vendor.Status.ARCHIVED,
            in_unit=row.pk in in_unit,
        )
        for row in found
    ]
    return sorted(seen, key=lambda one: REASONS.index(one.reason))[:10]


#: Pairs that agree in something. Names: the same but for legal form, marks and punctuation, or
#: alike and near each other when all names of a country are sorted from the front or from the end;
#: to compare each name with all others would take minutes. What somebody has looked at is left out
#: while both records say what they said then.
_PAIRS: Final = """
WITH mine AS MATERIALIZED (
    SELECT v.id, v.name, v.country, v.lei, v.vat_number, v.registration_key, v.website_domain,
           v.name_key,
           md5(concat_ws('|', v.name, v.country, v.registration_key, v.lei, v.vat_number,
                         v.website_domain)) AS marks
    FROM vendors_vendor v
    WHERE v.merged_into_id IS NULL AND (%(everything)s OR EXISTS (
        SELECT 1 FROM vendors_vendorunit u
        WHERE u.vendor_id = v.id AND u.unit_id = ANY(%(units)s::uuid[])
    ))
), named AS MATERIALIZED (
    SELECT id, country, name_key,
           dense_rank() OVER (ORDER BY country COLLATE "C", name_key COLLATE "C") AS forwards,
           dense_rank() OVER (
               ORDER BY country COLLATE "C", reverse(name_key) COLLATE "C"
           ) AS backwards
    FROM mine WHERE length(name_key) > 5
), agreeing (one, other, reason) AS (
    SELECT a.id, b.id, 0 FROM mine a JOIN mine b ON a.lei = b.lei AND a.id < b.id
    WHERE a.lei <> ''
    UNION ALL
    SELECT a.id, b.id, 1 FROM mine a JOIN mine b ON a.vat_number = b.vat_number AND a.id < b.id
    WHERE a.vat_number <> ''
      AND (a.country = b.country OR '' IN (a.country, b.country) OR a.vat_number ~ '^[A-Z]{2}')
    UNION ALL
    SELECT a.id, b.id, 2
    FROM mine a JOIN mine b ON a.registration_key = b.registration_key AND a.id < b.id
    WHERE a.registration_key <> ''
      AND (a.country = b.country OR '' IN (a.country, b.country)
           OR a.registration_key ~ '^[A-Z]{2}[A-Z0-9]{9}[0-9]$')
    UNION ALL
    SELECT a.id, b.id, 3
    FROM mine a JOIN mine b ON a.website_domain = b.website_domain AND a.id < b.id
    WHERE a.website_domain <> '' AND a.website_domain <> ALL(%(shared)s::text[])
      AND (a.country = b.country OR '' IN (a.country, b.country))
    UNION ALL
    SELECT a.id, b.id, 4 FROM mine a JOIN mine b ON a.name_key = b.name_key AND a.id < b.id
    WHERE a.name_key <> '' AND (a.country = b.country OR '' IN (a.country, b.country))
    UNION ALL
    SELECT least(a.id, b.id), greatest(a.id, b.id), 4
    FROM named a CROSS JOIN generate_series(1, 2) AS step
    JOIN named b ON b.forwards = a.forwards + step AND b.country = a.country
    WHERE 2 * abs(length(a.name_key) - length(b.name_key)) < length(a.name_key)
      AND similarity(a.name_key, b.name_key) >= %(alike)s
    UNION ALL
    SELECT least(a.id, b.id), greatest(a.id, b.id), 4
    FROM named a CROSS JOIN generate_series(1, 2) AS step
    JOIN named b ON b.backwards = a.backwards + step AND b.country = a.country
    WHERE 2 * abs(length(a.name_key) - length(b.name_key)) < length(a.name_key)
      AND similarity(a.name_key, b.name_key) >= %(alike)s
), pair AS (
    SELECT one, other, array_agg(DISTINCT reason ORDER BY reason) AS reasons
    FROM agreeing GROUP BY one, other
)
SELECT pair.one, pair.other, pair.reasons, a.name, b.name, a.country, b.country
FROM pair JOIN mine a ON a.id = pair.one JOIN mine b ON b.id = pair.other
LEFT JOIN vendors_notthesame n ON n.one_id = pair.one AND n.other_id = pair.other
WHERE (n.id IS NULL OR n.marks <> a.marks || b.marks)
  AND (%(words)s = '' OR a.name ILIKE %(pattern)s OR b.name ILIKE %(pattern)s)
  AND (%(first)s OR (pair.reasons, a.name, pair.one, pair.other)
       > (%(reasons)s::int[], %(name)s, %(one)s::uuid, %(other)s::uuid))
ORDER BY pair.reasons, a.name, pair.one, pair.other
LIMIT %(limit)s
"""
#: What a record is known by: while it stays the same, so does what was said of a pair.
_MARKS: Final = """
SELECT md5(concat_ws('|', v.name, v.country, v.registration_key, v.lei, v.vat_number,
                     v.website_domain))
FROM vendors_vendor v WHERE v.id = ANY(%(ids)s::uuid[]) ORDER BY v.id
"""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two records that look alike."""

    id: UUID
    name: str
    country: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one company, and what they have in common, the surest first."""

    one: Side
    other: Side
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Page:
    """Some pairs, and the cursor of the next page."""

    rows: Sequence[Pair]
    next: str | None


def likely_pairs(
    principal: Principal,
    *,
    unit_id: UUID | None = None,
    words: str = "",
    after: str = "",
    limit: int = PAGE,
) -> Page:
    """Records that may be one company, among those that the reader edits; the surest first."""
    units = principal.units(Permission.EDIT_VENDORS)
    if unit_id is not None:
        units = frozenset({unit_id}) if units is None or unit_id in units else frozenset()
    start = _read(after)
    escaped = words.strip().replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    given: dict[str, Any] = {
        "everything": units is None,
        "units": list(units or ()),
        "shared": list(SHARED_DOMAINS),
        "alike": 0.6,
        "words": words.strip(),
        "pattern": f"%{escaped}%",
        "first": start is None,
        "limit": limit + 1,
    }
    names = ("reasons", "name", "one", "other")
    given |= dict(zip(names, start or ([], "", UUID(int=0), UUID(int=0)), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, given)
        rows = cursor.fetchall()
    found = [
        (
            reasons,
            Pair(
                Side(one, name, country),
                Side(other, other_name, other_country),
                [REASONS[at] for at in reasons],
            ),
        )
        for one, other, reasons, name, other_name, country, other_country in rows
    ]
    shown = found[:limit]
    more = _write(*shown[-1]) if len(found) > limit else None
    return Page([pair for _reasons, pair in shown], more)


def marks_of(one: UUID, other: UUID) -> str:
    """What two records are known by now, that of the lower id first."""
    with connection.cursor() as cursor:
        cursor.execute(_MARKS, {"ids": [one, other]})
        return "".join(row[0] for row in cursor.fetchall())


def _write(reasons: Sequence[int], pair: Pair) -> str:
    said = json.dumps([list(reasons), pair.one.name, str(pair.one.id), str(pair.other.id)])
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[list[int], str, UUID, UUID] | None:
    """Where a page starts; None where the cursor cannot be read: the first page."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        said = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        reasons, name, one, other = said
        if "\x00" in str(name) or not set(reasons) <= set(range(len(REASONS))):
            return None
        return [int(at) for at in reasons], str(name), UUID(str(one)), UUID(str(other))
    except (RecursionError, binascii.Error, ValueError, TypeError):
        return None
