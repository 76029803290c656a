"""What may happen to an assessment, in which status, and by whom: one table, no Django.

A role is what somebody is to an assessment, not what they are called in the house: which permission
makes someone a reviewer is decided where permissions are known. `docs/workflow.md` is drawn from
this table by `manage.py draw_workflow`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
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
    TAKE_BACK = "take_back"
    # The vendor's part is done, the house's is not.
    HAND_IN = "hand_in"
    SUBMIT = "submit"
    TAKE = "take"
    HAND_OVER = "hand_over"
    PUT_BACK = "put_back"
    JUDGE = "judge"
    SAY = "say"
    RETURN = "return"
    WIDEN = "widen"
    SIGN_OFF = "sign_off"
    REOPEN = "reopen"
    CANCEL = "cancel"
    SUPERSEDE = "supersede"


class Role(StrEnum):
    """What somebody is to an assessment."""

    CONTACT = "contact"
    PROCUREMENT = "procurement"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


@dataclass(frozen=True)
class Step:
    """One step: where it leads, and the roles that may take it."""

    to: Status
    roles: frozenset[Role]


_S, _A = Status, Action
_HOUSE: Final = frozenset({Role.PROCUREMENT, Role.ADMINISTRATOR, Role.SYSTEM})
_ANYONE_WHO_ANSWERS: Final = _HOUSE | {Role.CONTACT}
_REVIEW: Final = frozenset({Role.REVIEWER, Role.SYSTEM})
#: A judgement is a person's.
_REVIEWER: Final = frozenset({Role.REVIEWER})
_ASSIGNS: Final = frozenset({Role.REVIEWER, Role.ADMINISTRATOR})
_TALK_AMONG_US: Final = _HOUSE | _REVIEW
_CONTACT: Final = frozenset({Role.CONTACT})
_TALK: Final = _TALK_AMONG_US | {Role.CONTACT}

#: Every step there is; what is not here is refused.
STEPS: Final[Mapping[tuple[Status, Action], Step]] = MappingProxyType(
    {
        # What has not been sent is the house's alone.
        (_S.DRAFT, _A.SAVE): Step(_S.DRAFT, _HOUSE),
        (_S.DRAFT, _A.SEND): Step(_S.SENT, _HOUSE),
        (_S.DRAFT, _A.SUBMIT): Step(_S.SUBMITTED, _HOUSE),
        (_S.DRAFT, _A.HAND_OVER): Step(_S.DRAFT, _ASSIGNS),
        (_S.DRAFT, _A.SAY): Step(_S.DRAFT, _TALK_AMONG_US),
        (_S.DRAFT, _A.CANCEL): Step(_S.CLOSED, _HOUSE),
        (_S.SENT, _A.SAVE): Step(_S.SENT, _ANYONE_WHO_ANSWERS),
        (_S.SENT, _A.TAKE_BACK): Step(_S.DRAFT, _HOUSE),
        (_S.SENT, _A.HAND_IN): Step(_S.DRAFT, _CONTACT),
        (_S.SENT, _A.SUBMIT): Step(_S.SUBMITTED, _ANYONE_WHO_ANSWERS),
        (_S.SENT, _A.HAND_OVER): Step(_S.SENT, _ASSIGNS),
        (_S.SENT, _A.SAY): Step(_S.SENT, _TALK),
        (_S.SENT, _A.CANCEL): Step(_S.CLOSED, _HOUSE),
        # Handed in too early: taken back before a reviewer begins, every question is open again.
        (_S.SUBMITTED, _A.TAKE_BACK): Step(_S.RETURNED, _HOUSE),
        (_S.SUBMITTED, _A.TAKE): Step(_S.IN_REVIEW, _REVIEW),
        (_S.SUBMITTED, _A.HAND_OVER): Step(_S.SUBMITTED, _ASSIGNS),
        (_S.SUBMITTED, _A.SAY): Step(_S.SUBMITTED, _TALK),
        (_S.SUBMITTED, _A.RETURN): Step(_S.RETURNED, _REVIEW),
        (_S.SUBMITTED, _A.CANCEL): Step(_S.CLOSED, _HOUSE),
        (_S.IN_REVIEW, _A.JUDGE): Step(_S.IN_REVIEW, _REVIEW),
        (_S.IN_REVIEW, _A.SAY): Step(_S.IN_REVIEW, _TALK),
        (_S.IN_REVIEW, _A.HAND_OVER): Step(_S.IN_REVIEW, _ASSIGNS),
        (_S.IN_REVIEW, _A.PUT_BACK): Step(_S.SUBMITTED, _ASSIGNS),
        (_S.IN_REVIEW, _A.RETURN): Step(_S.RETURNED, _REVIEW),
        (_S.IN_REVIEW, _A.SIGN_OFF): Step(_S.APPROVED, _REVIEWER),
        (_S.IN_REVIEW, _A.CANCEL): Step(_S.CLOSED, _HOUSE),
        (_S.RETURNED, _A.SAVE): Step(_S.RETURNED, _ANYONE_WHO_ANSWERS),
        (_S.RETURNED, _A.WIDEN): Step(_S.RETURNED, _REVIEWER),
        (_S.RETURNED, _A.HAND_IN): Step(_S.DRAFT, _CONTACT),
        (_S.RETURNED, _A.SUBMIT): Step(_S.SUBMITTED, _ANYONE_WHO_ANSWERS),
        (_S.RETURNED, _A.HAND_OVER): Step(_S.RETURNED, _ASSIGNS),
        (_S.RETURNED, _A.SAY): Step(_S.RETURNED, _TALK),
        (_S.RETURNED, _A.CANCEL): Step(_S.CLOSED, _HOUSE),
        # Reopening takes the sign-off back; the reviewer then returns it or signs again.
        (_S.APPROVED, _A.REOPEN): Step(_S.IN_REVIEW, _REVIEWER),
        (_S.APPROVED, _A.SAY): Step(_S.APPROVED, _TALK_AMONG_US),
        (_S.APPROVED, _A.SUPERSEDE): Step(_S.CLOSED, _REVIEW),
    }
)

#: The status after each step, without the roles.
TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = MappingProxyType(
    {pair: step.to for pair, step in STEPS.items()}
)
#: Statuses in which answers may change; in all others they are frozen.
EDITABLE: Final = frozenset(status for status, action in STEPS if action is Action.SAVE)
#: Statuses that nothing leads out of.
FINAL: Final = frozenset(set(Status) - {status for status, _ in STEPS})


class ActionNotAllowed(ValueError):
    """The action does not exist in this status. Carries ``status`` and ``action``."""

    def __init__(self, status: Status, action: Action) -> None:
        self.status = status
        self.action = action
        possible = ", ".join(sorted(allowed_actions(status))) or "nothing"
        super().__init__(
            f"'{action}' is not possible while an assessment is '{status}'; possible: {possible}."
        )


class RoleNotAllowed(ActionNotAllowed):
    """The action exists in this status, for others. Carries ``status``, ``action``, ``roles``:
    those who may."""

    def __init__(self, status: Status, action: Action) -> None:
        super().__init__(status, action)
        self.roles = STEPS[status, action].roles
        others = ", ".join(sorted(self.roles))
        self.args = (f"'{action}' while an assessment is '{status}' is for: {others}.",)


def next_status(
    status: Status | str, action: Action | str, roles: Collection[Role] | None = None
) -> Status:
    """Return the status after ``action``, taken by someone who has any of ``roles``.

    Without ``roles`` only the status decides. Raises ActionNotAllowed, RoleNotAllowed, or
    ValueError for a status or action that does not exist.
    """
    status, action = Status(status), Action(action)
    try:
        step = STEPS[status, action]
    except KeyError:
        raise ActionNotAllowed(status, action) from None
    if roles is not None and step.roles.isdisjoint(roles):
        raise RoleNotAllowed(status, action)
    return step.to


def allowed_actions(
    status: Status | str, roles: Collection[Role] | None = None
) -> frozenset[Action]:
    """Return what can be done in ``status``, by someone who has any of ``roles`` (None: by
    anyone); empty when it is closed."""
    status = Status(status)
    return frozenset(
        action
        for (at, action), step in STEPS.items()
        if at is status and (roles is None or not step.roles.isdisjoint(roles))
    )


def who_may(action: Action | str, status: Status | str | None = None) -> frozenset[Role]:
    """Return the roles that may take ``action``: in ``status``, or in any status at all."""
    action = Action(action)
    at = None if status is None else Status(status)
    found: frozenset[Role] = frozenset()
    for (here, one), step in STEPS.items():
        if one is action and at in (None, here):
            found |= step.roles
    return found


def is_editable(status: Status | str) -> bool:
    """Return whether answers may change in ``status``."""
    return Status(status) in EDITABLE
