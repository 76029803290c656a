"""From the file of a watch-list to its entries, row by row, without holding the file in memory.

A file is taken whole or not at all: every problem is named by line and column.
"""

import codecs
import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO, Final

from django.utils.translation import gettext as _

from vendors import master_data
from vendors.imports import columns, list_columns
from vendors.imports.rows import Said
from vendors.imports.watching import Watch, nobody

MOST_BYTES: Final = 60_000_000
MOST_ENTRIES: Final = 200_000
#: After so many problems the rest is not looked for.
MOST_PROBLEMS: Final = 100
_MOST_CELL: Final = 200_000
_DELIMITERS: Final = (",", ";", "\t", "|")
_CHUNK: Final = 1 << 20
#: Errors that spreadsheet programs leave in cells.
_CELL_ERRORS: Final = ("#REF!", "#NAME?", "#VALUE!", "#N/A", "#DIV/0!", "#NUM!", "#NULL!")


class Unreadable(ValueError):
    """The file is not a list that can be read. The message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One entry of a list, tidied."""

    ref: str
    kind: str
    name: str
    aliases: tuple[str, ...] = ()
    weak_aliases: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    lei: str = ""
    registration_numbers: tuple[str, ...] = ()
    programme: str = ""
    remarks: str = ""

    @property
    def digest(self) -> bytes:
        """The same for entries that say the same."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).digest()


@dataclass
class Read:
    """A file read: its entries by reference, how it was understood, and what is wrong with it."""

    entries: dict[str, Listed] = field(default_factory=dict)
    problems: list[Said] = field(default_factory=list)
    notices: list[Said] = field(default_factory=list)
    rows: int = 0
    lines: int = 0
    delimiter: str = ""
    encoding: str = ""
    columns: list[tuple[str, str]] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    sha256: str = ""
    size: int = 0


def require_bearable(size: int) -> None:
    """Raises Unreadable with a sentence where a file of so many bytes is too large."""
    if size > MOST_BYTES:
        raise Unreadable(
            _("The file has %(size)d MB; a list may have %(most)d MB. Was it the right file?")
            % {"size": size // 1_000_000, "most": MOST_BYTES // 1_000_000}
        )


def read(file: BinaryIO, *, size: int, watch: Watch = nobody) -> Read:
    """The list in `file`; `watch` is told of lines. Raises Unreadable with a sentence, before
    reading what is too large."""
    require_bearable(size)
    found = Read(size=size)
    found.encoding = _looked_through(file, found)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=found.encoding, errors="strict", newline="")
    try:
        _rows(text, found, watch)
    finally:
        text.detach()
    if not found.rows and not found.problems:
        raise Unreadable(_("The file has headings and no rows. Nothing was imported."))
    return found


def _looked_through(file: BinaryIO, found: Read) -> str:
    """The encoding, after the whole file was hashed and proved to be text in it."""
    file.seek(0)
    start = file.read(4)
    if start[:4] in {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"}:
        raise Unreadable(_("This is a workbook. Save the list as CSV in UTF-8, and upload that."))
    if start[:1] in {b"<", b"{", b"%"}:
        raise Unreadable(_("This is not a CSV file. Fetch the list as CSV."))
    encoding = "utf-16" if start[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8" if encoding == "utf-8-sig" else encoding)(
        "strict"
    )
    line, empty = 1, True
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        empty = empty and not chunk.strip()
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            before = chunk[: error.start]
            at = line + before.count(b"\n")
            raise Unreadable(
                _(
                    "Line %(line)d is not in UTF-8 (byte 0x%(byte)02X). Save the list as CSV in "
                    "UTF-8, so that no name is misread."
                )
                % {"line": at, "byte": error.object[error.start]}
            ) from error
        if "\x00" in text:
            raise Unreadable(
                _("Line %(line)d has bytes that are no text. Save the list as CSV in UTF-8.")
                % {"line": line + text.partition("\x00")[0].count("\n")}
            )
        line += text.count("\n")
    if empty:
        raise Unreadable(_("The file is empty."))
    found.sha256, found.lines = digest.hexdigest(), line
    return encoding


def _rows(text: io.TextIOWrapper, found: Read, watch: Watch) -> None:
    first = text.readline(_MOST_CELL)
    text.seek(0)
    found.delimiter = max(_DELIMITERS, key=first.count)
    csv.field_size_limit(_MOST_CELL)
    reader = csv.reader(text, delimiter=found.delimiter, strict=True)
    header: list[str] | None = None
    used: dict[str, list[int]] = {}
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            watch(reader.line_num, found.lines)
            if header is None:
                header = _header(cells, found)
                used, found.unused = list_columns.fields_of(header)
                _require(used, header)
                found.columns = [(header[i], name) for name, some in used.items() for i in some]
                if header[0] != cells[0]:
                    _row(cells, line, header, used, found)
            elif any(cell.strip(" \t\x1a") for cell in cells):
                _row(cells, line, header, used, found)
            if len(found.problems) >= MOST_PROBLEMS:
                return
            if len(found.entries) > MOST_ENTRIES:
                raise Unreadable(
                    _("The list has more than %(most)d entries.") % {"most": MOST_ENTRIES}
                )
    except csv.Error as error:
        found.problems.append(
            Said(start, "", "", _("This row cannot be read: %(why)s.") % {"why": _csv(error)})
        )
    if header is None:
        raise Unreadable(_("The file is empty."))


def _csv(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return _("a quotation mark is opened and never closed")
    if "field larger" in str(error):
        return _("a cell is too long; a quotation mark may not be closed")
    return _("a quotation mark stands where none may be")


def _header(cells: Sequence[str], found: Read) -> list[str]:
    """The headings; the file of the US Treasury comes without any."""
    if len(cells) == len(list_columns.SDN_COLUMNS) and cells[0].strip().isdigit():
        return list(list_columns.SDN_COLUMNS)
    return [cell.strip() for cell in cells]


def _require(used: dict[str, list[int]], header: Sequence[str]) -> None:
    words = {"ref": _("“reference” (or “uid”, “id”)"), "name": _("“name”")}
    missing = [words[name] for name in list_columns.NEEDED if name not in used]
    if missing:
        raise Unreadable(
            _("Column %(missing)s is missing. The first row has: %(found)s.")
            % {
                "missing": _(" and ").join(missing),
                "found": ", ".join(f"“{cell[:40]}”" for cell in header[:15] if cell)
                or _("nothing"),
            }
        )


def _row(
    cells: Sequence[str],
    line: int,
    header: Sequence[str],
    used: dict[str, list[int]],
    found: Read,
) -> None:
    found.rows += 1
    bad = _bad_cell(cells, header)
    if bad is not None:
        found.problems.append(Said(line, *bad))
        return

    def cell(name: str) -> str:
        parts = [cells[i] for i in used.get(name, ()) if i < len(cells)]
        return "|".join(part.strip() for part in parts if part.strip() not in {"", "-0-"})

    def heading(name: str) -> str:
        return header[used[name][0]] if name in used else ""

    ref, name = master_data.tidy(cell("ref")), master_data.tidy(cell("name"))
    for field_name, value, most in (("ref", ref, 80), ("name", name, 400)):
        if not value or not any(char.isalnum() for char in value):
            reason = _("This must not be empty.")
        elif len(value) > most:
            reason = _("Use at most %(most)d characters.") % {"most": most}
        else:
            continue
        found.problems.append(Said(line, heading(field_name), value[:120], reason))
        return
    entry = _entry(ref, name, line=line, cell=cell, heading=heading, found=found)
    there = found.entries.get(ref)
    found.entries[ref] = entry if there is None else _joined(there, entry)


def _bad_cell(cells: Sequence[str], header: Sequence[str]) -> tuple[str, str, str] | None:
    """(column, cell, why) of a cell that holds a formula or an error in place of a value."""
    for index, cell in enumerate(cells):
        text = cell.strip()
        named = header[index] if index < len(header) else _("column %(n)d") % {"n": index + 1}
        if text[:1] == "=" and len(text) > 1:
            return named, text[:120], _("This is a formula. Put its value into the cell.")
        if text in _CELL_ERRORS:
            return named, text, _("This is an error of a spreadsheet program, not a value.")
    return None


def _entry(
    ref: str,
    name: str,
    *,
    line: int,
    cell: Callable[[str], str],
    heading: Callable[[str], str],
    found: Read,
) -> Listed:
    def notice(field_name: str, value: str, reason: str) -> None:
        if len(found.notices) < MOST_PROBLEMS:
            found.notices.append(Said(line, heading(field_name), value[:120], reason))

    kind = list_columns.kind_of(cell("kind"))
    if kind is None:
        notice("kind", cell("kind"), _("This kind is not known: taken as an organisation."))
        kind = "organisation"
    aliases, weak = list_columns.aliases_of(cell("aliases"))
    aliases = [one for part in [cell("original")] for one in _named(part)] + aliases
    codes: list[str] = []
    for text in list_columns.listed_of(cell("countries")):
        code = columns.country_code(master_data.tidy(text))
        if code is None:
            notice("countries", text, _("This country is not known: left out."))
        elif code not in codes:
            codes.append(code)
    remarks = master_data.tidy(cell("remarks"))
    numbers, lei = list_columns.numbers_in(remarks)
    if given := master_data.tidy(cell("lei")):
        try:
            lei = master_data.clean_lei(given)
        except ValueError as error:
            notice("lei", given, _("%(reason)s Left out.") % {"reason": error})
    numbers = list_columns.listed_of(cell("registration_number")) + numbers
    return Listed(
        ref=ref,
        kind=kind,
        name=name,
        aliases=_once(aliases, name),
        weak_aliases=_once(weak, name),
        countries=tuple(codes),
        lei=lei,
        registration_numbers=tuple(dict.fromkeys(one[:60] for one in numbers)),
        programme=master_data.tidy(cell("programme"))[:300],
        remarks=remarks[:10_000],
    )


def _named(text: str) -> list[str]:
    return [text] if any(char.isalnum() for char in text) else []


def _once(names: Sequence[str], but: str) -> tuple[str, ...]:
    tidied = (master_data.tidy(name)[:400] for name in names)
    return tuple(dict.fromkeys(name for name in tidied if name and name != but))


def _joined(one: Listed, other: Listed) -> Listed:
    """Two rows of the same reference: lists with a row per name say of one what is in all."""

    def both(mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*mine, *theirs)))

    return Listed(
        ref=one.ref,
        kind=one.kind,
        name=one.name,
        aliases=_once(both(one.aliases, (other.name, *other.aliases)), one.name),
        weak_aliases=both(one.weak_aliases, other.weak_aliases),
        countries=both(one.countries, other.countries),
        lei=one.lei or other.lei,
        registration_numbers=both(one.registration_numbers, other.registration_numbers),
        programme=one.programme or other.programme,
        remarks=one.remarks or other.remarks,
    )


def packed(entries: Iterable[Listed]) -> Iterator[bytes]:
    """Entries as lines of JSON, to be kept between preview and import."""
    for entry in entries:
        yield json.dumps(asdict(entry), ensure_ascii=False).encode() + b"\n"


def unpacked(content: bytes) -> Iterator[Listed]:
    """The entries that `packed` has written."""
    for line in content.splitlines():
        values = json.loads(line)
        settled: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
        }
        yield Listed(**settled)
