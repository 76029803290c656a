"""The life of an assessment: every status and action, allowed or refused by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.workflow import (
    EDITABLE,
    FINAL,
    STEPS,
    TRANSITIONS,
    Action,
    ActionNotAllowed,
    Role,
    RoleNotAllowed,
    Status,
    allowed_actions,
    is_editable,
    next_status,
    who_may,
)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("action", Action)
def test_every_pair_is_either_in_the_table_or_refused_by_name(
    status: Status, action: Action
) -> None:
    if action in allowed_actions(status):
        assert next_status(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(ActionNotAllowed) as refused:
            next_status(status, action)
        assert (refused.value.status, refused.value.action) == (status, action)


def test_the_usual_way_leads_from_draft_to_approved() -> None:
    status = Status.DRAFT
    for action in (
        "save",
        "send",
        "save",
        "submit",
        "take",
        "return",
        "save",
        "submit",
        "take",
        "sign_off",
    ):
        status = next_status(status, action)
    assert status is Status.APPROVED


def test_answers_are_frozen_once_submitted_until_returned() -> None:
    assert {Status.DRAFT, Status.SENT, Status.RETURNED} == EDITABLE
    assert not is_editable("submitted")
    assert is_editable("returned")


def test_saving_never_changes_the_status() -> None:
    assert all(next_status(status, Action.SAVE) is status for status in EDITABLE)


def test_nothing_leads_out_of_closed() -> None:
    assert {Status.CLOSED} == FINAL
    assert allowed_actions(Status.CLOSED) == frozenset()


def test_only_a_reviewed_assessment_can_be_approved() -> None:
    ways_in = {status for (status, _), after in TRANSITIONS.items() if after is Status.APPROVED}
    assert ways_in - {Status.APPROVED} == {Status.IN_REVIEW}


def test_an_approved_assessment_is_superseded_or_reopened_but_never_cancelled() -> None:
    assert allowed_actions(Status.APPROVED) == {Action.REOPEN, Action.SUPERSEDE, Action.SAY}


def test_the_refusal_says_what_is_possible_instead() -> None:
    with pytest.raises(
        ActionNotAllowed, match="possible: cancel, hand_over, return, say, take, take_back"
    ):
        next_status("submitted", "save")


def test_a_status_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="lost"):
        next_status("lost", "save")


WALKS = st.lists(st.tuples(st.sampled_from(Action), st.sampled_from(Role)), max_size=40)


def walk(steps: list[tuple[Action, Role]]) -> list[tuple[Status, Action, Role, Status]]:
    """The steps of a walk from the start that were possible; the others are left out."""
    status, taken = Status.DRAFT, []
    for action, role in steps:
        try:
            after = next_status(status, action, {role})
        except ActionNotAllowed:
            assert role not in who_may(action, status)
            continue
        taken.append((status, action, role, after))
        status = after
    return taken


@given(WALKS)
def test_however_one_walks_only_a_reviewer_ever_signs_off_and_from_a_review(
    steps: list[tuple[Action, Role]],
) -> None:
    for before, action, role, after in walk(steps):
        if after is Status.APPROVED and before is not Status.APPROVED:
            assert (before, action, role) == (Status.IN_REVIEW, Action.SIGN_OFF, Role.REVIEWER)


@given(WALKS)
def test_however_one_walks_a_contact_moves_nothing_but_what_is_with_the_vendor(
    steps: list[tuple[Action, Role]],
) -> None:
    for before, action, role, _after in walk(steps):
        if role is Role.CONTACT and action is not Action.SAY:
            assert before in {Status.SENT, Status.RETURNED}
            assert action in {Action.SAVE, Action.HAND_IN, Action.SUBMIT}


@given(WALKS)
def test_however_one_walks_nothing_happens_after_the_end(
    steps: list[tuple[Action, Role]],
) -> None:
    taken = walk(steps)
    assert all(before is not Status.CLOSED for before, *_rest in taken)


@given(WALKS)
def test_however_one_walks_answers_change_only_before_or_after_a_review(
    steps: list[tuple[Action, Role]],
) -> None:
    for before, action, _role, after in walk(steps):
        if action is Action.SAVE:
            assert before is after
            assert before in EDITABLE


@given(WALKS, st.sampled_from([Status.APPROVED, Status.CLOSED]))
def test_from_wherever_one_has_come_both_ends_can_still_be_reached(
    steps: list[tuple[Action, Role]], end: Status
) -> None:
    taken = walk(steps)
    reached = {taken[-1][-1] if taken else Status.DRAFT}
    if reached == {Status.CLOSED}:
        return
    while (wider := reached | {STEPS[pair].to for pair in STEPS if pair[0] in reached}) != reached:
        reached = wider
    assert end in reached


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_a_role_that_is_not_in_the_table_is_told_who_may(
    status: Status, action: Action, role: Role
) -> None:
    if action not in allowed_actions(status) or action in allowed_actions(status, {role}):
        return
    with pytest.raises(RoleNotAllowed) as refused:
        next_status(status, action, {role})
    assert refused.value.roles == who_may(action, status)
    assert role not in refused.value.roles
    assert all(other in str(refused.value) for other in refused.value.roles)


def test_somebody_without_a_role_can_do_nothing() -> None:
    assert [status for status in Status if allowed_actions(status, set())] == []
