"""Drafts, publishing, retiring; what was published never changes."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from assessments import drafting, schema
from assessments.errors import NotPublished
from assessments.models import DraftState, Questionnaire
from assessments.services import assessments, drafts, questionnaires
from assessments.services.questionnaires import HasProblems, NotADraft
from audit.errors import Invalid, OutOfDate, Refused
from audit.models import Event
from tests.factories.assessments import (
    make_engagement,
    small_questionnaire,
)
from tests.personas import Person

pytestmark = pytest.mark.django_db


def draft() -> Questionnaire:
    return drafts.copy(source=small_questionnaire(), by=SYSTEM)


def weigh(row: Questionnaire, weight: int) -> Questionnaire:
    node = {**drafting.place(row.content, "assigns").node, "weight": weight}
    return drafts.edit(
        draft=row,
        change=drafting.set_question("assigns", node),
        did="question_changed",
        place="assigns",
        by=SYSTEM,
    )


def put_in_use(row: Questionnaire, *, retire_earlier: bool = False) -> Questionnaire:
    return questionnaires.publish_draft(
        draft=row,
        revision=row.revision,
        reason="Weights reviewed.",
        retire_earlier=retire_earlier,
        by=SYSTEM,
    )


def test_a_copy_gets_the_next_version_and_says_the_same() -> None:
    source = small_questionnaire()
    made = drafts.copy(source=source, by=SYSTEM)
    assert (made.version, made.status, made.source) == ("2", "draft", source)
    assert {**made.content, "version": "1"} == source.content
    assert drafts.copy(source=source, by=SYSTEM).version == "3"


def test_an_empty_draft_is_kept_and_cannot_be_published() -> None:
    made = drafts.start(key="light", title="Light check", by=SYSTEM)
    with pytest.raises(HasProblems) as refused:
        put_in_use(made)
    assert [one.field for one in refused.value.extra["problems"]] == ["sections"]


def test_a_key_is_taken_once_and_written_in_small_letters() -> None:
    drafts.start(key="light", title="Light check", by=SYSTEM)
    with pytest.raises(Invalid):
        drafts.start(key="light", title="Again", by=SYSTEM)
    with pytest.raises(Invalid):
        drafts.start(key="Light Check", title="Again", by=SYSTEM)


def test_every_change_is_an_event_and_what_changes_nothing_is_none() -> None:
    made = weigh(draft(), 5)
    assert weigh(made, 5).revision == made.revision
    kinds = Event.objects.filter(aggregate_id=made.pk).order_by("position")
    assert list(kinds.values_list("type", flat=True)) == [
        "questionnaire.drafted",
        "questionnaire.changed",
    ]


def test_the_last_changes_can_be_undone_one_after_the_other() -> None:
    made = draft()
    before = made.content
    for weight in (5, 6):
        made = weigh(made, weight)
    made = drafts.undo(draft=made, revision=made.revision, by=SYSTEM)
    assert drafting.place(made.content, "assigns").node["weight"] == 5
    made = drafts.undo(draft=made, revision=made.revision, by=SYSTEM)
    assert made.content == before
    with pytest.raises(Refused):
        drafts.undo(draft=made, revision=made.revision, by=SYSTEM)


def test_a_deleted_section_comes_back_by_going_back_to_an_earlier_state() -> None:
    made = draft()
    made = drafts.edit(
        draft=made, change=drafting.remove_section("secrets"), did="section_removed", by=SYSTEM
    )
    made = weigh(made, 9)
    state = made.states.get(did="section_removed")
    made = drafts.restore(draft=made, state=state, by=SYSTEM)
    assert [one["key"] for one in made.content["sections"]] == ["ownership", "secrets"]
    made = drafts.undo(draft=made, revision=made.revision, by=SYSTEM)
    assert [one["key"] for one in made.content["sections"]] == ["ownership"]


def test_only_so_many_states_are_kept() -> None:
    made = draft()
    for weight in range(4, drafts.STATES + 10):
        made = weigh(made, weight)
    assert made.states.count() == drafts.STATES


def test_two_people_who_change_the_same_part_are_told() -> None:
    made = draft()
    with pytest.raises(OutOfDate):
        drafts.edit(
            draft=made,
            change=drafting.remove_section("secrets"),
            did="section_removed",
            unchanged=lambda content: drafting.section(content, "secrets") == {},
            by=SYSTEM,
        )


def test_a_part_that_is_gone_cannot_be_changed() -> None:
    with pytest.raises(drafts.Gone):
        drafts.edit(
            draft=draft(), change=drafting.remove_section("nowhere"), did="section_removed",
            by=SYSTEM,
        )  # fmt: skip


def test_publishing_needs_a_reason_and_the_revision_that_was_looked_at() -> None:
    made = weigh(draft(), 4)
    with pytest.raises(Invalid):
        questionnaires.publish_draft(draft=made, revision=made.revision, reason=" ", by=SYSTEM)
    with pytest.raises(OutOfDate):
        questionnaires.publish_draft(
            draft=made, revision=made.revision - 1, reason="New", by=SYSTEM
        )


def test_what_is_published_has_the_hash_of_what_it_says_and_no_history() -> None:
    made = put_in_use(weigh(draft(), 4))
    assert made.content_hash == schema.parse(made.content).content_hash
    assert not DraftState.objects.filter(draft=made).exists()
    assert Event.objects.filter(aggregate_id=made.pk, type="questionnaire.published").exists()


def test_a_published_version_is_neither_changed_nor_deleted() -> None:
    made = put_in_use(draft())
    with pytest.raises(NotADraft):
        weigh(made, 8)
    with pytest.raises(NotADraft):
        drafts.discard(draft=made, by=SYSTEM)


@pytest.mark.parametrize(
    "change", [{"content": {}}, {"title": "Other"}, {"status": "draft"}, {"version": "9"}]
)
def test_the_database_refuses_to_change_what_was_published(change: dict[str, object]) -> None:
    rows = Questionnaire.objects.filter(pk=small_questionnaire().pk)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        rows.update(**change)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        rows.delete()


def test_a_draft_can_be_deleted() -> None:
    made = weigh(draft(), 4)
    drafts.discard(draft=made, by=SYSTEM)
    assert not Questionnaire.objects.filter(pk=made.pk).exists()


def test_retired_versions_and_drafts_are_not_opened(unit: BusinessUnit) -> None:
    first = small_questionnaire()
    second = put_in_use(draft(), retire_earlier=True)
    first.refresh_from_db()
    assert first.status == "retired"
    engagement = make_engagement(unit)
    for row in (first, drafts.copy(source=second, by=SYSTEM)):
        with pytest.raises(NotPublished):
            assessments.open_assessment(engagement=engagement, questionnaire=row, by=SYSTEM)
    made = assessments.open_assessment(engagement=engagement, questionnaire=second, by=SYSTEM)
    assert made.questionnaire == second


def test_the_newest_version_of_the_built_in_one_is_the_standard() -> None:
    first = questionnaires.standard()
    assert first.content_hash == questionnaires.builtin_file().content_hash
    second = put_in_use(drafts.copy(source=first, by=SYSTEM))
    assert questionnaires.standard() == second
    questionnaires.retire(questionnaire=second, by=SYSTEM)
    assert questionnaires.standard() == first


def test_only_who_manages_questionnaires_everywhere_writes_them(
    admin: Person, unit_admin: Person, legal: Person, procurement: Person
) -> None:
    made = drafts.start(key="light", title="Light check", by=admin.principal)
    for person in (unit_admin, legal, procurement):
        with pytest.raises(NotAllowed):
            drafts.copy(source=made, by=person.principal)
        with pytest.raises(NotAllowed):
            drafts.discard(draft=made, by=person.principal)
