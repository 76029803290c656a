"""Watch-lists, other names and owners for tests, made by the services."""

import io
from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

from accounts.principal import SYSTEM
from vendors.models import ListUpload, ListVersion, Match, Owner, Vendor, WatchList
from vendors.services import list_runs, list_uploads, matches, owners, watch_lists

_number = count(1)

#: (reference, name, kind, aliases, countries)
Row = tuple[str, str, str, str, str]
HEADINGS = "reference,name,kind,aliases,countries"


def row(ref: str, name: str, kind: str = "organisation", aliases: str = "", at: str = "") -> Row:
    """A line of a list."""
    return ref, name, kind, aliases, at


def list_csv(rows: Sequence[Row]) -> bytes:
    """A file of these lines."""
    lines = [",".join(f'"{cell}"' for cell in line) for line in rows]
    return "\n".join([HEADINGS, *lines, ""]).encode()


def make_list(*, kind: str = "sanctions", title: str = "") -> WatchList:
    """A list without a version."""
    return watch_lists.add(
        title=title or f"List {next(_number)}", publisher="Bureau of Quill", kind=kind, by=SYSTEM
    )


def make_upload(watch_list: WatchList, content: bytes, name: str = "list.csv") -> ListUpload:
    """A file looked through."""
    return list_uploads.preview(
        watch_list=watch_list,
        file=io.BytesIO(content),
        size=len(content),
        file_name=name,
        as_of=date(2026, 1, 31),
        by=SYSTEM,
    )


def import_list(watch_list: WatchList, *rows: Row) -> ListVersion:
    """A version with these lines; vendors are not compared with it yet."""
    return list_uploads.confirm(upload=make_upload(watch_list, list_csv(rows)), by=SYSTEM)


def listed(*rows: Row, kind: str = "sanctions") -> WatchList:
    """A list with one version, which all vendors were compared with."""
    watch_list = make_list(kind=kind)
    list_runs.go_through(version_id=import_list(watch_list, *rows).pk)
    return watch_list


def decide(match: Match, verdict: str, reason: str = "Another city and trade.") -> Match:
    """A match decided."""
    match.refresh_from_db()
    return matches.decide(
        match=match, version=match.version, verdict=verdict, reason=reason, by=SYSTEM
    )


def make_owner(vendor: Vendor, name: str = "", percent: Any = 100, **more: Any) -> Owner:
    """An owner of `vendor`; a company, unless said otherwise."""
    if "holder" not in more:
        name = name or f"Holder {next(_number)}"
    return owners.add(vendor=vendor, name=name, percent=percent, by=SYSTEM, **more)
