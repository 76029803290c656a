"""What cannot be scored is named with its reason, and holds up nothing else of a run."""

import pytest

from accounts.models import BusinessUnit
from assessments import sheet
from assessments.models import Assessment, Questionnaire, Sheet
from assessments.selectors.assessments import _parsed
from audit import clock
from scoring.models import CurrentScore, Outstanding, Run
from scoring.services import methodologies
from scoring.services.bulk import evaluating
from tests.factories.assessments import make_assessment, small_questionnaire
from tests.factories.methods import in_force
from tests.factories.runs import another_method, pieces, whole
from tests.factories.scoring import catch_up, say, scored

pytestmark = pytest.mark.django_db


def forget_what_was_read() -> None:
    """What a process keeps in memory, as after a start."""
    _parsed.cache_clear()
    evaluating._models.clear()


@pytest.fixture
def mixed(unit: BusinessUnit) -> tuple[Assessment, Assessment]:
    """One that can be scored, and one with a questionnaire of its own."""
    good = scored(unit)
    bad = scored(unit, small_questionnaire())
    own = Questionnaire.objects.get(pk=good.questionnaire_id)
    own.pk, own.key, own.content_hash = None, "other", "0" * 64
    own.content = {**own.content, "key": "other"}
    # The database keeps what a published one says.
    own.status, own.published_at = Questionnaire.Status.DRAFT, None
    own.save()
    Assessment.objects.filter(pk=bad.pk).update(questionnaire=own)
    return good, bad


def check(good: Assessment, bad: Assessment, why: str) -> None:
    """The run goes on, and says which one failed and why."""
    before = CurrentScore.objects.get(pk=bad.pk)
    method = another_method()
    found = whole(method)
    (piece,) = pieces(found)
    assert found.status == Run.Status.DONE
    assert (piece.total, piece.done, piece.failed) == (2, 2, 1)
    ((name, reason),) = piece.summary["failures"]
    assert name == str(bad.pk)
    assert why in reason
    assert CurrentScore.objects.get(pk=good.pk).model.methodology_id == method.pk
    assert bytes(CurrentScore.objects.get(pk=bad.pk).digest) == bytes(before.digest)


def test_a_questionnaire_that_lost_its_content_is_named(
    mixed: tuple[Assessment, Assessment],
) -> None:
    Questionnaire.objects.filter(key="other").update(content={})
    forget_what_was_read()
    check(*mixed, why="key")


def test_a_question_that_the_questionnaire_does_not_have_is_named(unit: BusinessUnit) -> None:
    good, bad = scored(unit), scored(unit)
    questions = ["unheard_of", *bad.questions[1:]]
    Assessment.objects.filter(pk=bad.pk).update(questions=questions)
    row = Sheet.objects.get(pk=bad.pk)
    cells = sheet.unpack(row.cells, bad.questions)
    row.layout, row.cells = sheet.layout_hash(questions), sheet.pack(cells, questions)
    row.save()
    check(good, bad, "unheard_of")


@pytest.mark.parametrize("cells", [b"", b"nothing to read", b"x" * 30])
def test_a_sheet_that_cannot_be_read_is_named(unit: BusinessUnit, cells: bytes) -> None:
    good, bad = scored(unit), scored(unit)
    Sheet.objects.filter(pk=bad.pk).update(cells=cells)
    check(good, bad, "sheet")


def test_a_risk_above_the_scale_is_named_and_its_neighbours_are_scored(unit: BusinessUnit) -> None:
    good, bad = scored(unit), scored(unit)
    row = Sheet.objects.get(pk=bad.pk)
    changed = bytearray(row.cells)
    changed[-6:-4] = b"\xff\xff"
    Sheet.objects.filter(pk=bad.pk).update(cells=bytes(changed))
    check(good, bad, "risk is 65535")


def test_an_assessment_without_a_sheet_is_scored_as_blank(unit: BusinessUnit) -> None:
    good, bare = scored(unit), make_assessment(unit)
    Sheet.objects.filter(pk=bare.pk).delete()
    method = another_method()
    found = whole(method)
    assert found.status == Run.Status.DONE
    assert CurrentScore.objects.get(pk=good.pk).model.methodology_id == method.pk
    assert CurrentScore.objects.get(pk=bare.pk).points is None
    assert sum(piece.failed for piece in pieces(found)) == 0


@pytest.mark.parametrize("spoilt", [slice(0, 4), slice(-6, -4)])
def test_one_that_is_broken_is_found_among_others_without_scoring_each_alone(
    unit: BusinessUnit, spoilt: slice
) -> None:
    made = [scored(unit) for _ in range(7)]
    catch_up()
    bad = made[4]
    changed = bytearray(Sheet.objects.get(pk=bad.pk).cells)
    changed[spoilt] = b"\xff" * len(changed[spoilt])
    Sheet.objects.filter(pk=bad.pk).update(cells=bytes(changed))
    row = in_force()
    method = evaluating.Method(row, methodologies.parameters(row), clock.today())
    vendors = sorted(one.vendor_id for one in made)
    found = evaluating.evaluate(vendors[0], vendors[-1], method, everything=True)
    assert set(found.wrong) == {bad.pk}
    assert found.scores is not None
    assert found.scores.size == len(made) - 1


def test_what_was_changed_and_could_not_be_scored_stays_outstanding(unit: BusinessUnit) -> None:
    good, bad = scored(unit), scored(unit)
    catch_up()
    for one in (good, bad):
        say(one, staff=60)
    cells = bytes(Sheet.objects.get(pk=bad.pk).cells)
    Sheet.objects.filter(pk=bad.pk).update(cells=b"x")
    whole(in_force())
    waiting = Outstanding.objects.filter(subject="assessment").values_list("subject_id", flat=True)
    assert set(waiting) == {bad.pk}
    Sheet.objects.filter(pk=bad.pk).update(cells=cells)
    catch_up()
    bad.refresh_from_db()
    assert CurrentScore.objects.get(pk=bad.pk).inputs_version == bad.inputs_version
