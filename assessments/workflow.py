"""What may happen to an assessment in which status: one table, no Django.

Who may do it is decided elsewhere (permissions); here is only whether it can happen at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Status(StrEnum):
    """Where an assessment stands. The values are stored."""

    DRAFT = "draft"
    SENT = "sent"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    CLOSED = "closed"


class Action(StrEnum):
    """What can be done to an assessment."""

    SAVE = "save"
    SEND = "send"
    SUBMIT = "submit"
    TAKE = "take"
    RETURN = "return"
    SIGN_OFF = "sign_off"
    REOPEN = "reopen"
    CANCEL = "cancel"
    SUPERSEDE = "supersede"


_S, _A = Status, Action

#: Every step there is; a pair that is not here is refused.
TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = MappingProxyType(
    {
        (_S.DRAFT, _A.SAVE): _S.DRAFT,
        (_S.DRAFT, _A.SEND): _S.SENT,
        (_S.DRAFT, _A.SUBMIT): _S.SUBMITTED,
        (_S.DRAFT, _A.CANCEL): _S.CLOSED,
        (_S.SENT, _A.SAVE): _S.SENT,
        (_S.SENT, _A.SUBMIT): _S.SUBMITTED,
        (_S.SENT, _A.CANCEL): _S.CLOSED,
        (_S.SUBMITTED, _A.TAKE): _S.IN_REVIEW,
        (_S.SUBMITTED, _A.RETURN): _S.RETURNED,
        (_S.SUBMITTED, _A.CANCEL): _S.CLOSED,
        (_S.IN_REVIEW, _A.RETURN): _S.RETURNED,
        (_S.IN_REVIEW, _A.SIGN_OFF): _S.APPROVED,
        (_S.IN_REVIEW, _A.CANCEL): _S.CLOSED,
        (_S.RETURNED, _A.SAVE): _S.RETURNED,
        (_S.RETURNED, _A.SUBMIT): _S.SUBMITTED,
        (_S.RETURNED, _A.CANCEL): _S.CLOSED,
        # Reopening takes the sign-off back; the reviewer then returns it or signs again.
        (_S.APPROVED, _A.REOPEN): _S.IN_REVIEW,
        (_S.APPROVED, _A.SUPERSEDE): _S.CLOSED,
    }
)

#: Statuses in which answers may change; in all others they are frozen.
EDITABLE: Final = frozenset(status for status, action in TRANSITIONS if action is Action.SAVE)
#: Statuses that nothing leads out of.
FINAL: Final = frozenset(set(Status) - {status for status, _ in TRANSITIONS})


class ActionNotAllowed(ValueError):
    """The action does not exist in this status. Carries ``status`` and ``action``."""

    def __init__(self, status: Status, action: Action) -> None:
        self.status = status
        self.action = action
        possible = ", ".join(sorted(allowed_actions(status))) or "nothing"
        super().__init__(
            f"'{action}' is not possible while an assessment is '{status}'; possible: {possible}."
        )


def next_status(status: Status | str, action: Action | str) -> Status:
    """Return the status after ``action``.

    Raises ActionNotAllowed, or ValueError for a status or action that does not exist.
    """
    status, action = Status(status), Action(action)
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise ActionNotAllowed(status, action) from None


def allowed_actions(status: Status | str) -> frozenset[Action]:
    """Return what can be done in ``status``; empty when it is closed."""
    status = Status(status)
    return frozenset(action for at, action in TRANSITIONS if at is status)


def is_editable(status: Status | str) -> bool:
    """Return whether answers may change in ``status``."""
    return Status(status) in EDITABLE
