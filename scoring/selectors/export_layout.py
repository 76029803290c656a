"""How the rows of an export are written, in SQL: as JSON, as CSV, and as cells of a workbook.

One tree says it for all three. JSON has its groups; CSV and workbooks have a column per leaf, named
by the path to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import Final

from audit.csv_file import DANGEROUS
from scoring.engine.methodology import DIMENSIONS
from scoring.models import Export


class Kind(Enum):
    """What a leaf holds, which decides how each format writes it."""

    CODE = "code"  # letters, digits and hyphens of our own: an id or a word
    TEXT = "text"  # what people have typed
    POINTS = "points"  # whole milli-points
    SHARE = "share"  # of 100,000
    NUMBER = "number"
    FLAG = "flag"
    DAY = "day"
    MOMENT = "moment"
    IDS = "ids"  # ids in other systems, put together by `ids_sql`


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value: SQL over the row `r` of `scoring.selectors.export_rows`, which may be `null`."""

    sql: str
    kind: Kind
    null: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Values under one name; null as a whole unless `there` (SQL over `r`)."""

    parts: Mapping[str, Part]
    there: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """The same word in every row, of JSON alone."""

    word: str


Part = Leaf | Word | Group
_INTERVAL: Final = Group(
    {"lo": Leaf("r.lo", Kind.POINTS), "hi": Leaf("r.hi", Kind.POINTS)}, "r.lo IS NOT NULL"
)
#: As the API shows a rating (`scoring.api.shapes.Rating`).
_RATING: Final[Mapping[str, Part]] = {
    "status": Leaf("r.status", Kind.CODE),
    "band": Leaf("r.band", Kind.CODE),
    "score": Leaf("r.points", Kind.POINTS, null=True),
    "interval": _INTERVAL,
    "tier": Leaf("r.tier", Kind.CODE),
    "worst_dimension": Leaf("r.worst_dimension", Kind.CODE),
    "blocked": Leaf("r.blocked", Kind.FLAG),
    "assessments": Leaf("r.assessments", Kind.NUMBER),
    "not_rated": Leaf("r.not_rated", Kind.NUMBER),
    "assessment_id": Leaf("r.decider", Kind.CODE, null=True),
    "since": Leaf("r.valid_from", Kind.DAY),
    "changed_at": Leaf("r.changed_at", Kind.MOMENT),
}
_EXTERNAL_IDS: Final = Leaf("r.ids", Kind.IDS)
SCORES: Final = Group(
    {
        "vendor_id": Leaf("r.vendor_id", Kind.CODE),
        "name": Leaf("r.name", Kind.TEXT),
        "country": Leaf("r.country", Kind.CODE),
        "external_ids": _EXTERNAL_IDS,
        "scale": Word("0-100"),
        "direction": Word("higher_is_worse"),
        **_RATING,
        "coverage": Leaf("r.coverage", Kind.SHARE, null=True),
        "dimensions": Group(
            {
                key: Leaf(f"r.dimensions[{at}]", Kind.POINTS, null=True)
                for at, key in enumerate(DIMENSIONS, start=1)
            }
        ),
        "decision_state": Leaf("r.decision_state", Kind.CODE, null=True),
        "clearance": Leaf("r.clearance", Kind.CODE, null=True),
    }
)
_VENDOR: Final[Mapping[str, Part]] = {
    "id": Leaf("r.vendor_id", Kind.CODE),
    "name": Leaf("r.name", Kind.TEXT),
    "country": Leaf("r.country", Kind.CODE),
    "registration_number": Leaf("r.registration_number", Kind.TEXT),
    "lei": Leaf("r.lei", Kind.TEXT),
    "vat_number": Leaf("r.vat_number", Kind.TEXT),
    "city": Leaf("r.city", Kind.TEXT),
    "website": Leaf("r.website", Kind.TEXT),
    "currency": Leaf("r.currency", Kind.CODE),
    "status": Leaf("r.vendor_status", Kind.CODE),
    "sample": Leaf("r.sample", Kind.FLAG),
    "version": Leaf("r.version", Kind.NUMBER),
    "external_ids": _EXTERNAL_IDS,
    "created_at": Leaf("r.created_at", Kind.MOMENT),
    "updated_at": Leaf("r.updated_at", Kind.MOMENT),
}
VENDORS: Final = Group({**_VENDOR, "rating": Group(_RATING)})
VENDORS_UNRATED: Final = Group({**_VENDOR, "rating": Group({}, "false")})


def layout_of(export: Export) -> Group:
    """What a row of this export holds."""
    if export.what == Export.What.SCORES:
        return SCORES
    return VENDORS if export.with_ratings else VENDORS_UNRATED


def columns(layout: Group) -> Iterator[tuple[str, Leaf]]:
    """The leaves with the names of their columns."""
    for name, part in layout.parts.items():
        if isinstance(part, Leaf):
            yield name, part
        elif isinstance(part, Group):
            for inner, leaf in columns(part):
                yield f"{name}_{inner}", leaf


# --- a statement per format ----------------------------------------------------------------------


def copy_statement(export: Export, rows: str) -> str:
    """The COPY that writes `rows` (`export_rows.rows_of`) as the export wants it.

    Of a workbook: the rows of its sheet, without the head.
    """
    layout = layout_of(export)
    if export.format == Export.Format.CSV:
        values = (
            f'{_CSV[leaf.kind].format(leaf.sql)} AS "{name}"' for name, leaf in columns(layout)
        )
        chosen = ", ".join(values)
        return f"COPY (SELECT {chosen} FROM ({rows}) r) TO STDOUT (FORMAT csv, HEADER)"  # noqa: S608 - texts of this module over a statement of ours
    line = _json(layout) if export.format == Export.Format.NDJSON else _sheet_row(layout)
    # No line holds these two characters, so each goes out as it is.
    as_it_is = r"(FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')"
    return f"COPY (SELECT {line} FROM ({rows}) r) TO STDOUT {as_it_is}"  # noqa: S608


def ids_sql(export: Export) -> str:
    """The aggregate over a vendor's ids in other systems that `Kind.IDS` shows."""
    if export.format == Export.Format.NDJSON:
        one = """concat('{"system":"', system, '","id":', to_json(value), '}')"""
        return f"string_agg({one}, ',' ORDER BY id)"
    return "string_agg(system || ':' || value, '; ' ORDER BY id)"


def _json(layout: Group) -> str:
    return _side_by_side(list(_json_pieces(layout)))


def _json_pieces(group: Group) -> Iterator[Piece]:
    before = "{"
    for name, part in group.parts.items():
        yield Text(f'{before}"{name}":')
        before = ","
        match part:
            case Word(word):
                yield Text(f'"{word}"')
            case Leaf():
                yield from _wrapped(part, _JSON[part.kind], "null")
            case Group(there=""):
                yield from _json_pieces(part)
            case Group() if not part.parts:
                yield Text("null")
            case Group():
                yield f"CASE WHEN {part.there} THEN {_json(part)} ELSE 'null' END"
    yield Text("}")


def _sheet_row(layout: Group) -> str:
    pieces: list[Piece] = [Text("<row>")]
    for _name, leaf in columns(layout):
        pieces += _wrapped(leaf, _SHEET[leaf.kind], "<c/>")
    return _side_by_side([*pieces, Text("</row>")])


class Text(str):
    """A piece of a row that is the same in all of them; all other pieces are SQL."""

    __slots__ = ()


Piece = Text | str


def _wrapped(leaf: Leaf, how: tuple[str, str, str], absent: str) -> Iterator[Piece]:
    """A value between two texts, or `absent` where it is null."""
    before, value, after = how
    sql = value.format(leaf.sql)
    if leaf.null:
        yield f"coalesce('{before}' || {sql} || '{after}', '{absent}')"
    else:
        yield from (Text(before), sql, Text(after))


def _side_by_side(pieces: list[Piece]) -> str:
    """SQL of one text; a function takes at most 100 arguments."""
    arguments: list[str] = []
    for is_text, run in groupby(pieces, lambda one: isinstance(one, Text)):
        together = list(run)
        arguments += [f"'{''.join(together)}'"] if is_text else together
    calls = (arguments[at : at + 90] for at in range(0, len(arguments), 90))
    return " || ".join(f"concat({', '.join(call)})" for call in calls)


_POINTS: Final = "({0} * 0.001)"
_SHARE: Final = "round({0} * 0.00001, 4)"
_MOMENT: Final = "replace(({0} AT TIME ZONE 'UTC')::text, ' ', 'T') || 'Z'"
#: What stands before a value, the value, and what stands after it.
_JSON: Final = {
    Kind.CODE: ('"', "{0}", '"'),
    Kind.TEXT: ("", "to_json({0})", ""),
    Kind.POINTS: ('"', _POINTS, '"'),
    Kind.SHARE: ("", _SHARE, ""),
    Kind.NUMBER: ("", "{0}", ""),
    Kind.FLAG: ("", "CASE WHEN {0} THEN 'true' ELSE 'false' END", ""),
    Kind.DAY: ('"', "{0}", '"'),
    Kind.MOMENT: ('"', _MOMENT, '"'),
    Kind.IDS: ("[", "{0}", "]"),
}
_FIRST: Final = ", ".join(f"chr({ord(one)})" for one in DANGEROUS)
#: As `audit.csv_file.safe` does it.
_SAFE: Final = (
    f"CASE WHEN left(ltrim({{0}}, chr(39)), 1) IN ({_FIRST}) THEN chr(39) || {{0}} ELSE {{0}} END"
)
_CSV: Final = {
    **dict.fromkeys(Kind, "{0}"),
    Kind.TEXT: _SAFE,
    Kind.IDS: _SAFE,
    Kind.POINTS: _POINTS,
    Kind.SHARE: _SHARE,
    Kind.FLAG: "{0}::text",
    Kind.MOMENT: _MOMENT,
}
#: Characters that XML cannot hold are taken out of the whole (`scoring.services.export_book`).
#: A workbook reads _x0041_ as A, unless its first character is written in that way itself
#: (ISO/IEC 29500-1, 22.4.2.4).
_LITERAL: Final = (
    "CASE WHEN position('_x' IN {0}) = 0 THEN {0}"
    " ELSE regexp_replace({0}, '_(?=x[0-9A-Fa-f]{{4}}_)', '_x005F_', 'g') END"
)
_ESCAPED: Final = f"replace(replace(replace({_LITERAL}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"
_STRING: Final = ('<c t="inlineStr"><is><t>', "</t></is></c>")
_SHEET: Final = {
    Kind.CODE: (_STRING[0], "{0}", _STRING[1]),
    Kind.TEXT: (_STRING[0], _ESCAPED, _STRING[1]),
    # With the style of points (`scoring.services.export_book`).
    Kind.POINTS: ('<c s="1"><v>', _POINTS, "</v></c>"),
    Kind.SHARE: ("<c><v>", _SHARE, "</v></c>"),
    Kind.NUMBER: ("<c><v>", "{0}", "</v></c>"),
    Kind.FLAG: ('<c t="b"><v>', "{0}::int", "</v></c>"),
    Kind.DAY: (_STRING[0], "{0}", _STRING[1]),
    Kind.MOMENT: (_STRING[0], _MOMENT, _STRING[1]),
    Kind.IDS: (_STRING[0], _ESCAPED, _STRING[1]),
}
