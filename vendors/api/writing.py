"""What the views share that write facts about vendors."""

from typing import Final

from accounts.api_writing import (
    IF_MATCH,
    WRITTEN,
    Changed,
    listed,
    nested,
    pointing,
    require_match,
    saved,
    tag_of,
)
from accounts.permissions import Permission
from audit.errors import Refused

__all__ = [
    "IF_MATCH",
    "READ_AND_WRITE",
    "WRITTEN",
    "Changed",
    "Taken",
    "listed",
    "nested",
    "pointing",
    "require_match",
    "saved",
    "tag_of",
]

#: Reading needs VIEW, writing EDIT_FACTS. A method that is neither is answered as not allowed.
READ_AND_WRITE: Final = {
    "GET": Permission.VIEW,
    "POST": Permission.VIEW,
    "PATCH": Permission.VIEW,
    "DELETE": Permission.VIEW,
    "PUT": Permission.EDIT_FACTS,
}


class Taken(Refused):
    """The id in the address belongs to something else."""

    code = "id_taken"
