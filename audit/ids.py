"""Time-ordered identifiers (UUID version 7, RFC 9562) for every row that the world may name."""

from collections.abc import Iterable
from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """A new identifier; later ones sort after earlier ones of the same process."""
    return _uuid7()


def ids_in(texts: Iterable[str]) -> list[UUID]:
    """The ids that somebody gave as text; what is none is left out."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
