"""The life of an assessment: every status and action, allowed or refused by name."""

import pytest

from assessments.workflow import (
    EDITABLE,
    FINAL,
    TRANSITIONS,
    Action,
    ActionNotAllowed,
    Status,
    allowed_actions,
    is_editable,
    next_status,
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
    assert ways_in == {Status.IN_REVIEW}


def test_an_approved_assessment_is_superseded_or_reopened_but_never_cancelled() -> None:
    assert allowed_actions(Status.APPROVED) == {Action.REOPEN, Action.SUPERSEDE}


def test_the_refusal_says_what_is_possible_instead() -> None:
    with pytest.raises(ActionNotAllowed, match="possible: cancel, return, take"):
        next_status("submitted", "save")


def test_a_status_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="lost"):
        next_status("lost", "save")
