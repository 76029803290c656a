"""Which files may be uploaded, told from what is inside them.

The ending of the name and the content have to agree on one of `TYPES`. What can run (programs,
scripts, macros), what a browser would show as a page (HTML, SVG, XML), and archives, whose inside
nobody looks at, are not among them.
"""

import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import IO, Final

import filetype
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

#: Bytes at the start by which content is told.
HEAD: Final = 8192
NAME_LENGTH: Final = 200
#: What of an Office file is read at most to tell its kind, unpacked.
_PART: Final = 1024 * 1024
_ENTRIES: Final = 20_000

Check = Callable[[bytes, IO[bytes]], bool]


class WrongFile(ValueError):
    """The file cannot be taken; the message is for whoever uploads it."""


@dataclass(frozen=True)
class FileType:
    """A type of file: its media type, what people call it, and whether content is of it."""

    content_type: str
    label: str | Promise
    check: Check


def _guessed(extension: str) -> Check:
    def check(head: bytes, _file: IO[bytes]) -> bool:
        kind = filetype.guess(head)
        return kind is not None and kind.extension == extension

    return check


def _pdf(head: bytes, _file: IO[bytes]) -> bool:
    # A reader finds a PDF also behind other bytes; a browser may then take those for a page.
    return head.startswith(b"%PDF-")


_MAIN: Final = "application/vnd.openxmlformats-officedocument.{}.main+xml"
#: Parts that run, or that hold what runs.
_RUNS: Final = re.compile(
    r"(vbaproject\.bin|vbadata\.xml|/activex/|^basic/|^scripts/"
    r"|\.(exe|dll|com|scr|bat|cmd|ps1|vbs|js|jse|jar|msi|hta|lnk|sh|py)$)",
    re.IGNORECASE,
)


def _office(part: str) -> Check:
    """Office Open XML whose main document is of this kind, without macros."""
    wanted = _MAIN.format(part).encode()

    def check(_head: bytes, file: IO[bytes]) -> bool:
        with _opened(file) as packed:
            types = _read(packed, "[Content_Types].xml")
            return wanted in types and b"macroEnabled" not in types

    return check


def _open_document(content_type: str) -> Check:
    def check(_head: bytes, file: IO[bytes]) -> bool:
        with _opened(file) as packed:
            return _read(packed, "mimetype").strip() == content_type.encode()

    return check


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    """The archive, if nothing in it runs. Raises WrongFile, BadZipFile."""
    file.seek(0)
    packed = zipfile.ZipFile(file)
    names = packed.namelist()
    if len(names) > _ENTRIES:
        raise zipfile.BadZipFile("too many parts")
    if any(_RUNS.search(name) for name in names):
        raise WrongFile(_("The file holds macros or programs. Save it without them, or as a PDF."))
    return packed


def _read(packed: zipfile.ZipFile, name: str) -> bytes:
    try:
        with packed.open(name) as part:
            return part.read(_PART)
    except (KeyError, RuntimeError, NotImplementedError):
        # Not there; behind a password; packed in a way we do not know.
        return b""


_MARKUP: Final = re.compile(
    rb"<\s*(!doctype|\?xml|html|head|body|script|svg|iframe|object|embed|meta|style|img|a\s)",
    re.IGNORECASE,
)
_RUN_BY_LINE: Final = re.compile(rb"\A\s*(#!|@echo\b|<\?|<%|mz\x90)", re.IGNORECASE)


def _text(head: bytes, file: IO[bytes]) -> bool:
    """Text in UTF-8, UTF-16 with its mark or a Western code page, and no page or script."""
    if filetype.guess(head) is not None:
        return False
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    file.seek(0)
    tail = b""
    first = True
    while piece := file.read(64 * 1024):
        plain = piece.replace(b"\0", b"") if wide else piece
        if first and _RUN_BY_LINE.match(plain.removeprefix(b"\xef\xbb\xbf")):
            return False
        first = False
        if not wide and any(byte < 32 and byte not in b"\t\n\r\f" for byte in set(piece)):
            return False
        if _MARKUP.search(tail + plain):
            return False
        tail = plain[-64:]
    return True


_WORD: Final = "application/vnd.openxmlformats-officedocument"
#: Ending of the name -> what the content has to be.
TYPES: Final[dict[str, FileType]] = {
    "pdf": FileType("application/pdf", lazy("PDF"), _pdf),
    "docx": FileType(
        f"{_WORD}.wordprocessingml.document", lazy("Word"), _office("wordprocessingml.document")
    ),
    "xlsx": FileType(f"{_WORD}.spreadsheetml.sheet", lazy("Excel"), _office("spreadsheetml.sheet")),
    "pptx": FileType(
        f"{_WORD}.presentationml.presentation",
        lazy("PowerPoint"),
        _office("presentationml.presentation"),
    ),
    **{
        ending: FileType(kind, lazy("OpenDocument"), _open_document(kind))
        for ending, kind in (
            ("odt", "application/vnd.oasis.opendocument.text"),
            ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
            ("odp", "application/vnd.oasis.opendocument.presentation"),
        )
    },
    "txt": FileType("text/plain", lazy("text"), _text),
    "csv": FileType("text/csv", lazy("CSV"), _text),
    "png": FileType("image/png", lazy("PNG"), _guessed("png")),
    "jpg": FileType("image/jpeg", lazy("JPEG"), _guessed("jpg")),
    "jpeg": FileType("image/jpeg", lazy("JPEG"), _guessed("jpg")),
    "tif": FileType("image/tiff", lazy("TIFF"), _guessed("tif")),
    "tiff": FileType("image/tiff", lazy("TIFF"), _guessed("tif")),
    "webp": FileType("image/webp", lazy("WebP"), _guessed("webp")),
    "heic": FileType("image/heic", lazy("HEIC"), _guessed("heic")),
}
_PACKED: Final = frozenset({"docx", "xlsx", "pptx", "odt", "ods", "odp"})
#: For the `accept` of a file input.
ACCEPT: Final = ",".join(f".{ending}" for ending in TYPES)


def types_in_words() -> str:
    """The types that may be uploaded, as a reader lists them."""
    return ", ".join(dict.fromkeys(str(kind.label) for kind in TYPES.values()))


def content_type_of(name: str, file: IO[bytes]) -> str:
    """The media type of `file`, which can be sought in; `name` is as `clean_name` gives it.

    Raises WrongFile with a sentence where the type may not be uploaded, or where content and
    ending of the name disagree.
    """
    ending = PurePosixPath(name).suffix.lower().lstrip(".")
    kind = TYPES.get(ending)
    if kind is None:
        raise WrongFile(
            _("Files of this type cannot be taken. These can: %(types)s.")
            % {"types": types_in_words()}
        )
    file.seek(0)
    head = file.read(HEAD)
    try:
        fits = kind.check(head, file)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        OSError,
        UnicodeError,
        ValueError,
    ) as e:
        if isinstance(e, WrongFile):
            raise
        fits = False
    if fits and ending not in _PACKED and _ends_as_an_archive(file):
        fits = False
    file.seek(0)
    if not fits:
        raise WrongFile(
            _("The content of this file is not what its name says (.%(ending)s).")
            % {"ending": ending}
        )
    return kind.content_type


def _ends_as_an_archive(file: IO[bytes]) -> bool:
    """Whether an archive ends exactly where the file does: two files in one."""
    size = file.seek(0, 2)
    start = max(0, size - 65_557)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        return False
    comment = int.from_bytes(tail[at + 20 : at + 22], "little")
    return at + 22 + comment == len(tail)


#: Marks that make a name read differently from what it is.
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_RESERVED: Final = re.compile(r"\A(con|prn|aux|nul|com\d|lpt\d)(\.|\Z)", re.IGNORECASE)


def clean_name(name: str) -> str:
    """The last part of a file's name, fit to be shown and to be saved anywhere.

    Without folders, invisible marks and characters that file systems refuse; at most 200
    characters, the ending kept. "" where nothing is left before the ending.
    """
    last = PureWindowsPath(unicodedata.normalize("NFC", name)).name
    kept = "".join(
        "_" if char in '<>:"/\\|?*%' else char
        for char in last
        if unicodedata.category(char) not in _INVISIBLE
    )
    kept = " ".join(kept.split()).lstrip(". ").rstrip(". ")
    path = PurePosixPath(kept)
    ending = path.suffix.lower()
    stem = kept[: len(kept) - len(path.suffix)].rstrip(". ")
    if not stem:
        return ""
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return stem[: NAME_LENGTH - len(ending)] + ending
