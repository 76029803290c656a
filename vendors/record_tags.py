"""The tag of a vendor's record: another one whenever something that programs may write differs."""

from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID


def record_tag(
    version: int,
    ids: Iterable[tuple[str, str]],
    aliases: Iterable[tuple[str, str]],
    links: Iterable[tuple[UUID, str]],
) -> str:
    """An ETag (RFC 9110) over the version of the master data and what belongs to it.

    `ids`: (system, key); `aliases`: (name, kind); `links`: (unit, category), of the units that
    whoever asks sees. In any order.
    """
    lists = ["\x1e".join(sorted(f"{a}\x1f{b}" for a, b in rows)) for rows in (ids, aliases, links)]
    text = "\x1d".join([str(version), *lists])
    return f'"{sha256(text.encode()).hexdigest()[:32]}"'
