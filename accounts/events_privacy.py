"""That what is held about a former member was handed out or erased: never what."""

from typing import ClassVar

from audit.events import Payload


class MemberExported(Payload):
    """What is held about a former member was handed out as a file."""

    type: ClassVar[str] = "member.exported"
    aggregate_type: ClassVar[str] = "member"

    # Part of the file -> how many entries it has.
    counts: dict[str, int]


class MemberErased(Payload):
    """What said who a former member was is replaced or gone; their id stays."""

    type: ClassVar[str] = "member.erased"
    aggregate_type: ClassVar[str] = "member"

    # Private parts of events, whose salted digests stay in the record.
    details: int
    letters: int
    # Rows that belonged to the account: roles, choices, notifications, ways to sign in.
    rows: int
