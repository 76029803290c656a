"""Moving all open assessments of a version over: in pieces, to be cancelled and resumed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from assessments.models import Answer, Assessment, MoveRun, Questionnaire
from assessments.selectors.moves import run_progress, to_confirm
from assessments.services import answers as answer_service
from assessments.services import assessments, move_runs, moves
from assessments.services.answers import AnswerInput
from assessments.sheet import State
from audit import clock
from audit.errors import Refused
from audit.models import Event
from tests.factories.assessments import answer_all, make_assessment, small_questionnaire, submitted
from tests.factories.drafts import change, put_in_use, second_version, small_draft, states
from tests.personas import Person

pytestmark = pytest.mark.django_db


def opened(unit: BusinessUnit, count: int) -> list[Assessment]:
    """Open assessments of the first version, answered."""
    made = [make_assessment(unit) for _ in range(count)]
    for one in made:
        answer_all(one)
    return made


def start(target: Questionnaire) -> MoveRun:
    """A run from the first version to `target`."""
    return move_runs.start(
        source=small_questionnaire(), target=target, confirm_wording=True, by=SYSTEM
    )


def test_all_open_ones_are_moved_and_what_is_handed_in_is_left_with_its_reason(
    unit: BusinessUnit,
) -> None:
    made, handed_in = opened(unit, 3), submitted(unit)
    target = second_version()
    run = start(target)
    move_runs.go_on(run.pk)
    run.refresh_from_db()
    assert run.status == MoveRun.Status.DONE
    assert run.finished_at is not None
    assert states(run) == {"waiting": 0, "moved": 3, "left": 1}
    left = run.items.get(state="left")
    assert left.assessment == handed_in
    assert "handed in" in left.reason
    for one in made:
        one.refresh_from_db()
        assert one.questionnaire == target
    handed_in.refresh_from_db()
    assert handed_in.questionnaire == small_questionnaire()


def test_a_run_goes_piece_by_piece_and_calling_it_again_moves_nothing_twice(
    unit: BusinessUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(unit, 5)
    run = start(second_version())
    monkeypatch.setattr(move_runs, "PIECE", 2)
    seen = []
    for _piece in range(4):
        move_runs.go_on(run.pk)
        seen.append(run_progress(run).done)
    assert seen == [2, 4, 5, 5]
    moved = Event.objects.filter(type="assessment.moved")
    assert moved.count() == 5
    ended = Event.objects.get(type="questionnaire.moving_ended")
    assert (ended.data["moved"], ended.data["left"], ended.data["how"]) == (5, 0, "done")


def test_a_cancelled_run_stops_and_keeps_what_is_moved(
    unit: BusinessUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(unit, 3)
    target = second_version()
    run = start(target)
    monkeypatch.setattr(move_runs, "PIECE", 1)
    move_runs.go_on(run.pk)
    move_runs.cancel(run=run, by=SYSTEM)
    move_runs.go_on(run.pk)
    run.refresh_from_db()
    assert run.status == MoveRun.Status.CANCELLED
    assert states(run) == {"waiting": 2, "moved": 1, "left": 0}
    with pytest.raises(Refused):
        move_runs.cancel(run=run, by=SYSTEM)


def test_what_a_cancelled_run_left_over_is_moved_by_another_one(
    unit: BusinessUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(unit, 3)
    target = second_version()
    first = start(target)
    monkeypatch.setattr(move_runs, "PIECE", 1)
    move_runs.go_on(first.pk)
    move_runs.cancel(run=first, by=SYSTEM)
    monkeypatch.setattr(move_runs, "PIECE", 20)
    again = start(target)
    move_runs.go_on(again.pk)
    assert states(again) == {"waiting": 0, "moved": 2, "left": 0}
    assert Event.objects.filter(type="assessment.moved").count() == 3


def test_one_version_is_moved_once_at_a_time(unit: BusinessUnit) -> None:
    opened(unit, 1)
    target = second_version()
    start(target)
    with pytest.raises(Refused, match="being moved already"):
        start(target)


def test_nothing_is_started_where_no_open_assessment_uses_the_version() -> None:
    with pytest.raises(Refused, match="No open assessment"):
        start(second_version())


def test_one_that_was_moved_by_hand_meanwhile_is_left_alone(unit: BusinessUnit) -> None:
    (one,) = opened(unit, 1)
    target = second_version()
    run = start(target)
    moves.move(assessment=one, target=target, by=SYSTEM)
    move_runs.go_on(run.pk)
    assert states(run) == {"waiting": 0, "moved": 0, "left": 1}


def test_one_that_cannot_be_read_holds_up_no_other(
    unit: BusinessUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, *_others = opened(unit, 3)
    Answer.objects.filter(assessment=broken, question_key="discloses").update(value={"no": "such"})
    run = start(second_version())
    move_runs.go_on(run.pk)
    done = states(run)
    assert (done["waiting"], done["moved"] + done["left"]) == (0, 3)
    assert done["moved"] >= 2


def test_only_runs_that_nobody_has_touched_for_a_while_are_queued_again(
    unit: BusinessUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(unit, 1)
    run = start(second_version())
    queued: list[object] = []
    monkeypatch.setattr(move_runs, "_queue", queued.append)
    move_runs.nudge()
    assert queued == []
    late = clock.now() - 2 * move_runs.PATIENCE - timedelta(seconds=1)
    MoveRun.objects.filter(pk=run.pk).update(touched_at=late)
    move_runs.nudge()
    assert queued == [run.pk]


def test_who_writes_for_one_unit_only_moves_none_of_all(
    unit: BusinessUnit, unit_admin: Person
) -> None:
    opened(unit, 1)
    target = second_version()
    with pytest.raises(NotAllowed):
        move_runs.start(
            source=small_questionnaire(),
            target=target,
            confirm_wording=True,
            by=unit_admin.principal,
        )


def test_the_page_of_a_run_shows_how_far_it_is_and_cancels_it(
    admin: Person, unit: BusinessUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(unit, 3)
    target = second_version()
    there = reverse("assessments:questionnaire-move", args=[target.pk])
    sent = admin.browser.post(there, {"source": small_questionnaire().pk})
    run = MoveRun.objects.get()
    page = reverse("assessments:move-run", args=[run.pk])
    assert sent.headers["Location"] == page
    monkeypatch.setattr(move_runs, "PIECE", 2)
    move_runs.go_on(run.pk)
    assert "2 moved, 0 left as they are, 1 waiting." in admin.browser.get(page).content.decode()
    admin.browser.post(page)
    run.refresh_from_db()
    assert run.status == MoveRun.Status.CANCELLED
    assert "Cancelled" in admin.browser.get(page).content.decode()


# --- one assessment, there and back --------------------------------------------------------------
def said(assessment: Assessment) -> list[tuple[object, ...]]:
    """Everything that stands in the answers."""
    names = (
        "question_key", "value", "state", "note", "evidence", "evidence_until", "review",
        "answered_at", "version", "override_state", "override_value", "in_words",
    )  # fmt: skip
    return list(assessment.answers.order_by("question_key").values_list(*names))


def test_a_move_that_is_undone_leaves_the_assessment_as_it_was(unit: BusinessUnit) -> None:
    (one,) = opened(unit, 1)
    one = Assessment.objects.get(pk=one.pk)
    before, asked, packed = said(one), list(one.questions), bytes(one.sheet.cells)
    moves.move(assessment=one, target=second_version(), by=SYSTEM)
    one.refresh_from_db()
    assert said(one) != before
    assert "alarmed" in one.questions
    moves.move_back(assessment=one, by=SYSTEM)
    one = Assessment.objects.get(pk=one.pk)
    assert one.questions == asked
    assert said(one) == before
    assert one.questionnaire == small_questionnaire()
    assert bytes(one.sheet.cells) == packed
    assert Event.objects.filter(type="assessment.moved_back").count() == 1


def test_what_was_said_in_words_is_found_again_once_a_move_is_undone(unit: BusinessUnit) -> None:
    (one,) = opened(unit, 1)
    answer_service.save(assessment=one, values={"remarks": AnswerInput("Nothing")}, by=SYSTEM)
    target = put_in_use(change(small_draft(), "remarks", min_tier="critical"))
    moves.move(assessment=one, target=target, by=SYSTEM)
    assert not one.answers.filter(question_key="remarks").exists()
    moves.move_back(assessment=one, by=SYSTEM)
    assert one.answers.get(question_key="remarks").in_words


def test_a_move_is_not_undone_once_anything_was_answered(unit: BusinessUnit) -> None:
    (one,) = opened(unit, 1)
    moves.move(assessment=one, target=second_version(), by=SYSTEM)
    assert moves.confirm(assessment=one, keys=["assigns"], by=SYSTEM) == ["assigns"]
    with pytest.raises(moves.CannotMove):
        moves.move_back(assessment=one, by=SYSTEM)


def test_a_move_is_undone_once_only(unit: BusinessUnit) -> None:
    (one,) = opened(unit, 1)
    moves.move(assessment=one, target=second_version(), by=SYSTEM)
    moves.move_back(assessment=one, by=SYSTEM)
    with pytest.raises(moves.CannotMove):
        moves.move_back(assessment=one, by=SYSTEM)
    assert not to_confirm(one)


def test_both_ways_raise_the_version_of_the_inputs(unit: BusinessUnit) -> None:
    (one,) = opened(unit, 1)
    one.refresh_from_db()
    versions = [one.inputs_version]
    moves.move(assessment=one, target=second_version(), by=SYSTEM)
    moves.move_back(assessment=one, by=SYSTEM)
    one.refresh_from_db()
    assert one.inputs_version >= versions[0] + 2


def test_people_of_another_unit_move_nothing_back(
    unit: BusinessUnit, outsider_admin: Person
) -> None:
    (one,) = opened(unit, 1)
    moves.move(assessment=one, target=second_version(), by=SYSTEM)
    with pytest.raises(NotAllowed):
        moves.move_back(assessment=one, by=outsider_admin.principal)


@pytest.mark.parametrize("status", ["submitted", "cancelled"])
def test_what_is_sent_or_closed_does_not_move(unit: BusinessUnit, status: str) -> None:
    one = submitted(unit) if status == "submitted" else make_assessment(unit)
    if status == "cancelled":
        assessments.cancel(assessment=one, reason="Not needed.", by=SYSTEM)
    with pytest.raises(moves.CannotMove):
        moves.move(assessment=one, target=second_version(), by=SYSTEM)


def test_an_answer_to_a_dropped_option_is_not_confirmed_but_answered_anew(
    unit: BusinessUnit,
) -> None:
    (one,) = opened(unit, 1)
    options = [
        {"key": "promptly", "label": "Within a month", "risk": 0},
        {"key": "never", "label": "Never", "risk": 1},
    ]
    target = put_in_use(change(small_draft(), "discloses", options=options))
    moves.move(assessment=one, target=target, by=SYSTEM)
    one = Assessment.objects.get(pk=one.pk)
    assert list(to_confirm(one)) == ["discloses"]
    assert moves.confirm(assessment=one, keys=["discloses"], by=SYSTEM) == []
    assert one.answers.get(question_key="discloses").state == State.BLANK
