"""What a run reads of some vendors: a block of bytes per group of assessments that share a plan.

The database puts the fields of each row side by side (`…_send`, big-endian) and the rows one after
the other, so that a block is read as one array. The order of the rows has no meaning.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import connection

from assessments import sheet
from assessments.models import Assessment
from scoring.engine.methodology import DIMENSIONS, TIERS
from scoring.services import results
from scoring.services.bulk.binary import fields_of
from scoring.services.scores import DRAFTS as DRAFT_STATUSES

Records = npt.NDArray[np.void]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

#: Codes of what is a word in the database: the place in these lists, from 1; 0 is "none of them".
#: The database sends the first two letters, which tell them apart.
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
        ("status", ">u2"),
        ("signed", "u1"),
        ("mandatory", "u1"),
        ("ended", "u1"),
        ("tier", ">u2"),
        ("scored", "u1"),
        ("stands", "u1"),
        ("own", "u1"),
        ("score", *_UUID),
        ("was_points", ">i4"),
        ("was_lo", ">i4"),
        ("was_hi", ">i4"),
        ("was_band", ">u2"),
        ("was_status", ">u2"),
        ("was_version", ">i4"),
        ("was_change", ">i4"),
        ("facts_change", ">i4"),
        ("digest", "u1", 32),
    ]
)


def _letters(column: str) -> str:
    return f"textsend(rpad({column}, 2))"


def _codes(letters: npt.NDArray[Any], words: Sequence[str]) -> npt.NDArray[np.int64]:
    """The place of each word, from its first two letters as a number."""
    table = np.zeros(1 << 16, dtype=np.int64)
    for place, word in enumerate(words, start=1):
        table[int.from_bytes(word[:2].encode(), "big")] = place
    codes: npt.NDArray[np.int64] = table[letters]
    return codes


_KNOWN_WORDS: Final = {
    "status": STATUSES, "tier": TIERS, "was_band": BANDS, "was_status": SCORE_STATUSES,
}  # fmt: skip
_BARE_WORDS: Final = {"tier": TIERS}
_STANDING_WORDS: Final = {
    "tier": TIERS, "status": SCORE_STATUSES, "band": BANDS, "worst": DIMENSIONS,
}  # fmt: skip
_NOTHING: Final = "'00000000-0000-0000-0000-000000000000'::uuid"
#: Engagements that have not ended count even without an assessment: those come as groups of their
#: own, in which there is no questionnaire.
_ASSESSMENTS: Final = f"""
SELECT a.questionnaire_id, a.tier, s.layout, octet_length(s.cells),
    coalesce(octet_length(e.intake_packed), 0), coalesce(octet_length(f.cells), 0),
    (array_agg(a.id))[1],
    string_agg(
        CASE WHEN a.id IS NULL THEN uuid_send(e.id) || uuid_send(e.vendor_id)
            || uuid_send(e.unit_id) || {_letters("e.tier")}
        ELSE
            uuid_send(a.id) || uuid_send(a.vendor_id) || uuid_send(a.unit_id)
            || uuid_send(a.engagement_id) || int4send(a.inputs_version)
            || {_letters("a.status")} || boolsend(a.signed_off_at IS NOT NULL)
            || boolsend(a.mandatory) || boolsend(e.status = 'ended') || {_letters("e.tier")}
            || boolsend(c.assessment_id IS NOT NULL) || boolsend(c.score_id IS NOT NULL)
            || boolsend(c.figures IS NOT NULL) || uuid_send(coalesce(c.score_id, {_NOTHING}))
            || int4send(coalesce(c.points, -1)) || int4send(coalesce(c.lo, -1))
            || int4send(coalesce(c.hi, -1)) || {_letters("coalesce(c.band, '')")}
            || {_letters("coalesce(c.status, '')")} || int4send(coalesce(c.inputs_version, -1))
            || int4send(coalesce(c.next_change - '2000-01-01'::date, 0))
            || int4send(coalesce(f.next_change - '2000-01-01'::date, 0))
            || coalesce(c.digest, decode(repeat('00', 32), 'hex'))
            || coalesce(e.intake_packed, ''::bytea) || coalesce(f.cells, ''::bytea)
            || coalesce(s.cells, ''::bytea)
        END,
        ''::bytea
    )
FROM vendors_engagement e
LEFT JOIN assessments_assessment a ON a.engagement_id = e.id AND a.status <> 'closed'
LEFT JOIN assessments_sheet s ON s.assessment_id = a.id
LEFT JOIN scoring_factsheet f ON f.engagement_id = e.id
LEFT JOIN scoring_currentscore c ON c.assessment_id = a.id
WHERE e.vendor_id BETWEEN %(first)s AND %(last)s AND (a.id IS NOT NULL OR e.status <> 'ended')
GROUP BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608 - only names from this module are put into the text

#: An engagement that counts and has nothing that could be scored.
BARE: Final = np.dtype(
    [("engagement", *_UUID), ("vendor", *_UUID), ("unit", *_UUID), ("tier", ">u2")]
)

#: The present standings. `scope` is the unit, or zeros for all units.
STANDING: Final = np.dtype(
    [
        ("id", ">i8"),
        ("vendor", *_UUID),
        ("scope", *_UUID),
        ("valid_from", ">i4"),
        ("tier", ">u2"),
        ("country", "S2"),
        ("archived", "u1"),
        ("status", ">u2"),
        ("band", ">u2"),
        ("points", ">i4"),
        ("lo", ">i4"),
        ("hi", ">i4"),
        ("worst", ">u2"),
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
    || int4send(valid_from - '2000-01-01'::date) || {_letters("tier")}
    || textsend(rpad(country, 2)) || boolsend(archived) || {_letters("status")}
    || {_letters("band")} || int4send(coalesce(points, -1)) || int4send(coalesce(lo, -1))
    || int4send(coalesce(hi, -1)) || {_letters("worst_dimension")} || {_DIMENSIONS}
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

    `records` has the fields of this module, `cells` their sheets as stored [N, M], `facts` the
    packed facts of their engagements [N, bytes], and `intake` [N, K] the packed intakes without
    their head; None where that is missing or out of date.
    `wrong` says why they cannot be scored.
    """

    questionnaire_id: UUID
    tier: str
    sample: UUID
    layout: bytes
    records: Records
    cells: npt.NDArray[np.void] | None
    intake: npt.NDArray[np.uint16] | None
    facts: Bytes
    wrong: str = ""

    def rows(self, wanted: slice | Flags) -> Group:
        """The same of some of the assessments."""
        return replace(
            self,
            records=self.records[wanted],
            cells=None if self.cells is None else self.cells[wanted],
            intake=None if self.intake is None else self.intake[wanted],
            facts=self.facts[wanted],
        )


def assessments(first: UUID, last: UUID, intake_layout: bytes) -> tuple[list[Group], Records]:
    """What is there of the vendors from `first` to `last`: the assessments, but for closed ones,
    and the engagements (as `BARE`) that count and have none."""
    groups: list[Group] = []
    bare = b""
    for row in _fields(_ASSESSMENTS, first, last):
        if row[0] is None:
            bare += row[-1] or b""
        else:
            groups += _groups(row, intake_layout)
    return groups, _coded(np.frombuffer(bare, BARE), _BARE_WORDS)


def _groups(row: Sequence[bytes | None], intake_layout: bytes) -> Iterator[Group]:
    """The assessments of one row of the query; apart, those whose sheet cannot be read."""
    questionnaire, tier, layout, *sizes, sample, data = (field or b"" for field in row)
    size, intake, facts = (int.from_bytes(field, "big") for field in sizes)
    dtype = np.dtype(
        [
            ("known", _KNOWN),
            ("intake", "u1", (intake,)),
            ("facts", "u1", (facts,)),
            ("cells", "u1", (size,)),
        ]
    )
    rows = np.frombuffer(data, dtype)
    known, wrong, stored = _coded(rows["known"], _KNOWN_WORDS), "", None
    items, rest = divmod(size - sheet.HEADER_SIZE, sheet.STORED_DTYPE.itemsize)
    expected = sheet.MAGIC + sheet.LAYOUT_VERSION.to_bytes(2, "little")
    readable = np.zeros(len(rows), dtype=np.bool_)
    if not size:
        wrong = "it has no sheet of answers"
    elif items >= 0 and not rest:
        readable = _led_by(rows["cells"], expected + items.to_bytes(2, "little") + layout)
        body = np.ascontiguousarray(rows["cells"][:, sheet.HEADER_SIZE :])
        stored = body.view(sheet.STORED_DTYPE)
    numbers = None
    if intake > len(intake_layout) and np.all(_led_by(rows["intake"], intake_layout)):
        numbers = np.ascontiguousarray(rows["intake"][:, len(intake_layout) :]).view("<u2")
    whole = Group(
        questionnaire_id=UUID(bytes=questionnaire),
        tier=tier.decode(),
        sample=UUID(bytes=sample),
        layout=layout,
        records=known,
        cells=stored,
        intake=numbers,
        facts=rows["facts"],
        wrong=wrong,
    )
    if readable.all():
        yield whole
        return
    if readable.any():
        # The sample speaks for those that can be read.
        first = UUID(bytes=known["id"][readable][0].tobytes())
        yield replace(whole.rows(readable), sample=first)
    yield replace(whole.rows(~readable), cells=None, wrong=wrong or "its sheet cannot be read")


def _led_by(rows: Bytes, head: bytes) -> Flags:
    """[n] whether a row begins like this."""
    led: Flags = np.all(rows[:, : len(head)] == np.frombuffer(head, np.uint8), axis=1)
    return led


def standings(first: UUID, last: UUID) -> Records:
    """The present standings of these vendors, as `STANDING`."""
    data = _fields(_STANDINGS, first, last)[0][0] or b""
    return _coded(np.frombuffer(data, STANDING), _STANDING_WORDS)


def _fields(statement: str, first: UUID, last: UUID) -> list[list[bytes | None]]:
    """The rows of a query, in binary: as text, bytes would be sent as twice as many digits."""
    bounds = {"first": f"'{first}'::uuid", "last": f"'{last}'::uuid"}
    pipe = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({statement % bounds}) TO STDOUT (FORMAT binary)", pipe)
    return fields_of(pipe.getvalue())


def _coded(rows: Records, words: Mapping[str, Sequence[str]]) -> Records:
    """A copy in which letters have become codes."""
    coded = rows.copy()
    for name, listed in words.items():
        coded[name] = _codes(rows[name], listed)
    return coded
