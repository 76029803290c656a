"""The data about countries that comes with the product: files in `data/law`, read and checked.

`data/law/README.md` says what they hold. Raises ValueError, naming file and line, for whatever
does not hang together; a test reads every file.
"""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from vendors.jurisdictions import SPECIAL_301, SUBJECTS, Status, statuses

FOLDER: Final = Path(__file__).parent / "data" / "law"
#: Bears the month in which the files were last changed.
VERSION: Final = "2026-11"
USTR: Final = "ustr"


@dataclass(frozen=True, slots=True)
class Row:
    """One fact as it is stored."""

    code: str
    subject: str
    status: str
    since: date | None
    until: date | None
    source: str
    as_of: str
    confirmed: bool
    through: str
    remark: str


@dataclass(frozen=True, slots=True)
class Release:
    """All files together: code -> kind of place, the facts, and a hash over the files."""

    version: str
    digest: bytes
    places: Mapping[str, str]
    rows: tuple[Row, ...]


@cache
def release() -> Release:
    """The data that comes with this version of the product, read once."""
    places = {row["code"]: row["kind"] for row in _read("places.csv")}
    rows = tuple(_rows(places))
    return Release(VERSION, _digest(), places, rows)


def _digest() -> bytes:
    found = hashlib.sha256(VERSION.encode())
    for path in sorted(FOLDER.glob("*.csv")):
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.digest()


def _read(name: str) -> list[dict[str, str]]:
    # "NA" is Namibia: csv takes every cell as text, and nothing here may read it as a gap.
    with (FOLDER / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def _rows(places: Mapping[str, str]) -> Iterator[Row]:
    sources = {row["source"]: row for row in _read("sources.csv")}
    told: set[tuple[str, str]] = set()
    for name in ("treaties.csv", "enforcement.csv"):
        for line, row in enumerate(_read(name), start=2):
            made = _fact(row, sources, f"{name}, line {line}", places)
            told.add((made.subject, made.code))
            yield made
    yield from _absent(told, sources)
    yield from _special_301(sources, places)


def _fact(
    row: Mapping[str, str],
    sources: Mapping[str, Mapping[str, str]],
    place: str,
    places: Mapping[str, str],
) -> Row:
    if row["code"] not in places:
        raise ValueError(f"{place}: {row['code']!r} is no country")
    if row["subject"] not in SUBJECTS or row["standing"] not in statuses(row["subject"]):
        raise ValueError(f"{place}: {row['subject']!r} cannot be {row['standing']!r}")
    if row["checked"] not in {"yes", "no"} or row["source"] not in sources:
        raise ValueError(f"{place}: source {row['source']!r}, checked {row['checked']!r}")
    return Row(
        code=row["code"],
        subject=row["subject"],
        status=row["standing"],
        since=_day(row["since"], place),
        until=_day(row["until"], place),
        source=sources[row["source"]]["title"],
        as_of=sources[row["source"]]["as_of"],
        confirmed=row["checked"] == "yes",
        through=row["through"],
        remark=row["remark"],
    )


def _day(text: str, place: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ValueError(f"{place}: {text!r} is no day") from error


def _absent(told: set[tuple[str, str]], sources: Mapping[str, Mapping[str, str]]) -> Iterator[Row]:
    """Who is not in a complete list is no member, as of its date. Dependent territories may be
    covered by another state's membership: of them it says nothing.
    """
    listed = [row["code"] for row in _read("places.csv") if row["full_lists"] == "yes"]
    for row in _read("full_lists.csv"):
        source = sources[row["source"]]
        for code in listed:
            if (row["subject"], code) not in told:
                yield Row(
                    code=code,
                    subject=row["subject"],
                    status=Status.NONE,
                    since=None,
                    until=None,
                    source=source["title"],
                    as_of=source["as_of"],
                    confirmed=True,
                    through="",
                    remark="not-listed",
                )


def _special_301(
    sources: Mapping[str, Mapping[str, str]], places: Mapping[str, str]
) -> Iterator[Row]:
    editions = {row["edition"]: row for row in _read("special_301_editions.csv")}
    for line, row in enumerate(_read("special_301.csv"), start=2):
        place = f"special_301.csv, line {line}"
        edition = editions[row["edition"]]
        yield _fact(
            {
                "code": row["code"],
                "subject": SPECIAL_301,
                "standing": row["list"],
                "since": edition["since"],
                "until": edition["until"],
                "source": USTR,
                "checked": row["checked"],
                "through": "",
                "remark": edition["remark"],
            },
            {
                USTR: {
                    "title": f"{sources[USTR]['title']} {row['edition']}",
                    "as_of": row["edition"],
                }
            },
            place,
            places,
        )
