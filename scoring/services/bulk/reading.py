"""What a run reads of some vendors: a block of bytes per group of assessments that share a plan.

The database puts the fields of each row side by side (`…_send`, big-endian) and the rows one after
the other, so that a block is read as one array. The order of the rows has no meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import connection

from assessments import sheet
from assessments.models import Assessment
from scoring.engine.methodology import DIMENSIONS, TIERS
from scoring.services import results
from scoring.services.scores import DRAFTS as DRAFT_STATUSES

Records = npt.NDArray[np.void]
Bytes = npt.NDArray[np.uint8]

#: Codes of what is a word in the database: the place in these lists. 0 is "none of them".
STATUSES: Final = tuple(Assessment.Status.values)
SCORE_STATUSES: Final = tuple(results.STATUSES.values())
BANDS: Final = results.BAND_NAMES
#: Codes of the statuses in which a score is one replaceable row.
DRAFTS: Final = tuple(STATUSES.index(one) + 1 for one in STATUSES if one in DRAFT_STATUSES)

_UUID: Final = ("u1", 16)
_KNOWN: Final = np.dtype(
    [
        ("id", *_UUID),
        ("vendor", *_UUID),
        ("unit", *_UUID),
        ("engagement", *_UUID),
        ("inputs_version", ">i4"),
        ("status", ">i2"),
        ("signed", "u1"),
        ("mandatory", "u1"),
        ("ended", "u1"),
        ("tier", ">i2"),
        ("scored", "u1"),
        ("stands", "u1"),
        ("own", "u1"),
        ("score", *_UUID),
        ("was_points", ">i4"),
        ("was_lo", ">i4"),
        ("was_hi", ">i4"),
        ("was_band", ">i2"),
        ("was_status", ">i2"),
        ("was_version", ">i4"),
        ("was_change", ">i4"),
        ("digest", "u1", 32),
    ]
)


def _code(column: str, words: Sequence[str]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"int2send(coalesce(array_position(ARRAY[{listed}]::varchar[], {column}), 0)::int2)"


_NOTHING: Final = "'00000000-0000-0000-0000-000000000000'::uuid"
_ASSESSMENTS: Final = f"""
SELECT a.questionnaire_id, a.tier, s.layout, octet_length(s.cells),
    coalesce(octet_length(e.intake_packed), 0), (array_agg(a.id))[1],
    string_agg(
        uuid_send(a.id) || uuid_send(a.vendor_id) || uuid_send(a.unit_id)
        || uuid_send(a.engagement_id) || int4send(a.inputs_version)
        || {_code("a.status", STATUSES)} || boolsend(a.signed_off_at IS NOT NULL)
        || boolsend(a.mandatory) || boolsend(e.status = 'ended') || {_code("e.tier", TIERS)}
        || boolsend(c.assessment_id IS NOT NULL) || boolsend(c.score_id IS NOT NULL)
        || boolsend(c.figures IS NOT NULL) || uuid_send(coalesce(c.score_id, {_NOTHING}))
        || int4send(coalesce(c.points, -1)) || int4send(coalesce(c.lo, -1))
        || int4send(coalesce(c.hi, -1)) || {_code("c.band", BANDS)}
        || {_code("c.status", SCORE_STATUSES)} || int4send(coalesce(c.inputs_version, -1))
        || int4send(coalesce(c.next_change - '2000-01-01'::date, 0))
        || coalesce(c.digest, decode(repeat('00', 32), 'hex'))
        || coalesce(e.intake_packed, ''::bytea) || coalesce(s.cells, ''::bytea),
        ''::bytea
    )
FROM assessments_assessment a
JOIN vendors_engagement e ON e.id = a.engagement_id
LEFT JOIN assessments_sheet s ON s.assessment_id = a.id
LEFT JOIN scoring_currentscore c ON c.assessment_id = a.id
WHERE a.vendor_id BETWEEN %(first)s AND %(last)s AND a.status <> 'closed'
GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 - only names from this module are put into the text

#: An engagement that counts and has nothing that could be scored.
BARE: Final = np.dtype(
    [("engagement", *_UUID), ("vendor", *_UUID), ("unit", *_UUID), ("tier", ">i2")]
)
_BARE: Final = f"""
SELECT string_agg(
    uuid_send(e.id) || uuid_send(e.vendor_id) || uuid_send(e.unit_id) || {_code("e.tier", TIERS)},
    ''::bytea
)
FROM vendors_engagement e
WHERE e.vendor_id BETWEEN %(first)s AND %(last)s AND e.status <> 'ended' AND NOT EXISTS (
    SELECT FROM assessments_assessment a WHERE a.engagement_id = e.id AND a.status <> 'closed'
)
"""  # noqa: S608

#: The present standings. `scope` is the unit, or zeros for all units.
STANDING: Final = np.dtype(
    [
        ("id", ">i8"),
        ("vendor", *_UUID),
        ("scope", *_UUID),
        ("valid_from", ">i4"),
        ("tier", ">i2"),
        ("country", "S2"),
        ("archived", "u1"),
        ("status", ">i2"),
        ("band", ">i2"),
        ("points", ">i4"),
        ("lo", ">i4"),
        ("hi", ">i4"),
        ("worst", ">i2"),
        ("dimensions", ">i4", len(DIMENSIONS)),
        ("blocked", "u1"),
        ("missing_proofs", ">i4"),
        ("assessments", ">i4"),
        ("not_rated", ">i4"),
        ("driver", *_UUID),
    ]
)
_DIMENSIONS: Final = " || ".join(
    f"int4send(coalesce(dimensions[{at + 1}], -1))" for at in range(len(DIMENSIONS))
)
_STANDINGS: Final = f"""
SELECT string_agg(
    int8send(id) || uuid_send(vendor_id) || uuid_send(scope)
    || int4send(valid_from - '2000-01-01'::date) || {_code("tier", TIERS)}
    || textsend(rpad(country, 2)) || boolsend(archived) || {_code("status", SCORE_STATUSES)}
    || {_code("band", BANDS)} || int4send(coalesce(points, -1)) || int4send(coalesce(lo, -1))
    || int4send(coalesce(hi, -1)) || {_code("worst_dimension", DIMENSIONS)} || {_DIMENSIONS}
    || boolsend(blocked) || int4send(missing_proofs) || int4send(assessments)
    || int4send(not_rated) || uuid_send(coalesce(driver, {_NOTHING})),
    ''::bytea
)
FROM scoring_standing
WHERE vendor_id BETWEEN %(first)s AND %(last)s AND valid_to IS NULL
"""  # noqa: S608


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """Assessments with the same questions of the same questionnaire at the same tier.

    `records` has the fields of this module, `cells` their sheets as stored [N, M], and `intake`
    [N, K] the packed intakes without their head; None where that is missing or out of date.
    `wrong` says why they cannot be scored.
    """

    questionnaire_id: UUID
    tier: str
    sample: UUID
    layout: bytes
    records: Records
    cells: npt.NDArray[np.void] | None
    intake: npt.NDArray[np.uint16] | None
    wrong: str = ""


def assessments(first: UUID, last: UUID, intake_layout: bytes) -> list[Group]:
    """The assessments, but for closed ones, of the vendors from `first` to `last`."""
    with connection.cursor() as cursor:
        cursor.execute(_ASSESSMENTS, {"first": first, "last": last})
        return [_group(row, intake_layout) for row in cursor.fetchall()]


def _group(row: tuple[Any, ...], intake_layout: bytes) -> Group:
    questionnaire_id, tier, layout, cells, intake, sample, data = row
    size = cells or 0
    dtype = np.dtype([("known", _KNOWN), ("intake", "u1", intake), ("cells", "u1", size)])
    rows = np.frombuffer(bytes(data), dtype)
    head = bytes(layout or b"")
    known, wrong, stored = rows["known"], "", None
    items, rest = divmod(size - sheet.HEADER_SIZE, sheet.STORED_DTYPE.itemsize)
    expected = sheet.MAGIC + sheet.LAYOUT_VERSION.to_bytes(2, "little")
    if cells is None:
        wrong = "it has no sheet of answers"
    elif (
        items < 0
        or rest
        or not _led_by(rows["cells"], expected + items.to_bytes(2, "little") + head)
    ):
        wrong = "its sheet cannot be read"
    else:
        body = np.ascontiguousarray(rows["cells"][:, sheet.HEADER_SIZE :])
        stored = body.view(sheet.STORED_DTYPE)
    numbers = None
    if intake > len(intake_layout) and _led_by(rows["intake"], intake_layout):
        numbers = np.ascontiguousarray(rows["intake"][:, len(intake_layout) :]).view("<u2")
    return Group(questionnaire_id, tier, sample, head, known, stored, numbers, wrong)


def _led_by(rows: Bytes, head: bytes) -> bool:
    return bool(np.all(rows[:, : len(head)] == np.frombuffer(head, np.uint8)))


def bare_engagements(first: UUID, last: UUID) -> Records:
    """The engagements of these vendors that count and have no assessment, as `BARE`."""
    return _records(_BARE, BARE, first, last)


def standings(first: UUID, last: UUID) -> Records:
    """The present standings of these vendors, as `STANDING`."""
    return _records(_STANDINGS, STANDING, first, last)


def _records(statement: str, dtype: np.dtype[np.void], first: UUID, last: UUID) -> Records:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"first": first, "last": last})
        return np.frombuffer(bytes(cursor.fetchone()[0] or b""), dtype)
