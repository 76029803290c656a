"""The life of a version of the scoring method: draft, published, retired."""

from typing import Any

import pytest
from django.db import Error, connection, transaction

from accounts.models import BusinessUnit
from accounts.permissions import Role
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import Invalid, OutOfDate
from audit.models import Event, EventDetail
from scoring.engine.method_file import MethodologyError, write
from scoring.engine.methodology import shipped_methodology
from scoring.models import CurrentScore, Methodology, Score
from scoring.selectors import methods
from scoring.services import methodologies, scores
from tests.factories.accounts import make_user
from tests.factories.methods import in_force, make_draft, publish
from tests.factories.scoring import scored
from tests.personas import Person

pytestmark = pytest.mark.django_db


def said(kind: str) -> dict[str, Any]:
    """The public values of the latest event of a type."""
    event = Event.objects.filter(type=kind).latest("position")
    return dict(event.data)


def weights(**changes: float) -> dict[str, float]:
    return {**in_force().content["dimensions"], **changes}


def test_a_copy_is_a_draft_under_the_next_number_and_changes_nothing_else(admin: Person) -> None:
    one = in_force()
    draft = methodologies.copy(source=one, by=admin.principal)
    again = methodologies.copy(source=draft, by=admin.principal)
    assert [draft.version, again.version] == ["3", "4"]
    assert draft.is_draft
    assert draft.source == one
    assert draft.created_by == admin.user
    assert draft.content == {**one.content, "version": 3}
    assert methodologies.published().pk == one.pk
    assert said("methodology.drafted")["source"] == "standard 3"


def test_a_retired_version_can_be_copied_too(admin: Person) -> None:
    first = in_force()
    publish(make_draft(kappa=0.8))
    copied = methodologies.copy(source=Methodology.objects.get(pk=first.pk), by=admin.principal)
    assert (copied.version, copied.content["kappa"]) == ("4", 0.9)


def test_a_file_becomes_a_draft_and_keeps_its_number_where_that_is_free(admin: Person) -> None:
    content = in_force().content
    first = methodologies.from_file(text=write({**content, "version": 7}), by=admin.principal)
    second = methodologies.from_file(text=write({**content, "version": 7}), by=admin.principal)
    other = methodologies.from_file(text=write({**content, "key": "own"}), by=admin.principal)
    assert [first.version, second.version, other.version] == ["7", "8", "2"]
    assert (first.source, other.key) == (None, "own")


def test_a_wrong_file_makes_no_draft(admin: Person) -> None:
    text = write({**in_force().content, "kappa": 3})
    with pytest.raises(MethodologyError, match=r"kappa: must be at most 1 \(line"):
        methodologies.from_file(text=text, by=admin.principal)
    assert not Methodology.objects.filter(status="draft").exists()


def test_a_change_is_recorded_with_the_groups_it_touched(admin: Person) -> None:
    draft = make_draft(by=admin.principal)
    before = draft.content_hash
    content = {**draft.content, "title": "Ours", "dimensions": weights(liabilities=0)}
    saved = methodologies.change(draft=draft, revision=1, content=content, by=admin.principal)
    assert (saved.title, saved.revision, saved.changed_by) == ("Ours", 2, admin.user)
    assert saved.content_hash != before
    assert said("methodology.changed")["groups"] == ["dimensions", "title"]


def test_a_change_that_changes_nothing_writes_nothing() -> None:
    draft = make_draft()
    events = Event.objects.count()
    saved = methodologies.change(draft=draft, revision=1, content=draft.content, by=SYSTEM)
    assert (saved.revision, Event.objects.count()) == (1, events)


def test_a_change_cannot_move_a_draft_to_another_key_or_version() -> None:
    draft = make_draft()
    content = {**draft.content, "key": "other", "version": 9, "kappa": 0.5}
    saved = methodologies.change(draft=draft, revision=1, content=content, by=SYSTEM)
    assert (saved.content["key"], saved.content["version"]) == ("standard", 3)


def test_nobody_overwrites_what_they_have_not_seen() -> None:
    draft = make_draft()
    mine, theirs = {**draft.content, "kappa": 0.5}, {**draft.content, "kappa": 0.6}
    methodologies.change(draft=draft, revision=1, content=theirs, by=SYSTEM)
    with pytest.raises(OutOfDate) as refused:
        methodologies.change(draft=draft, revision=1, content=mine, by=SYSTEM)
    assert refused.value.extra["current"].content["kappa"] == 0.6


def test_a_deleted_draft_is_gone_and_its_deletion_is_on_the_record(admin: Person) -> None:
    draft = make_draft()
    methodologies.discard(draft=draft, by=admin.principal)
    assert not Methodology.objects.filter(pk=draft.pk).exists()
    assert said("methodology.discarded") == {"key": "standard", "version": "3"}
    with pytest.raises(methodologies.NotADraft):
        methodologies.discard(draft=draft, by=admin.principal)


def test_a_copy_outlives_the_draft_it_was_made_from() -> None:
    draft = make_draft()
    copied = methodologies.copy(source=draft, by=SYSTEM)
    publish(copied)
    methodologies.discard(draft=draft, by=SYSTEM)
    copied.refresh_from_db()
    assert copied.source is None


def test_publishing_retires_the_one_before_and_says_who_and_why(admin: Person) -> None:
    before = in_force()
    draft = make_draft(kappa=0.8)
    row = methodologies.publish(
        draft=draft, revision=draft.revision, reason=" Burglars. ", by=admin.principal
    )
    before.refresh_from_db()
    assert methodologies.published() == row
    assert (before.status, before.retired_at) == ("retired", row.published_at)
    assert (row.published_by, row.reason) == (admin.user, "Burglars.")
    assert said("methodology.retired")["successor"] == "standard 3"
    event = Event.objects.get(type="methodology.published", aggregate_id=row.pk)
    assert (event.actor_id, event.data["content_hash"]) == (str(admin.user.pk), row.content_hash)
    assert "reason" not in event.data
    assert EventDetail.objects.get(event=event).data == {"reason": "Burglars."}


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 2_001])
def test_publishing_needs_a_reason_of_a_readable_length(reason: str) -> None:
    draft = make_draft()
    with pytest.raises(Invalid) as refused:
        methodologies.publish(draft=draft, revision=1, reason=reason, by=SYSTEM)
    assert list(refused.value.extra["errors"]) == ["reason"]


def test_only_what_was_looked_at_is_published() -> None:
    draft = make_draft(kappa=0.8)
    with pytest.raises(OutOfDate):
        methodologies.publish(draft=draft, revision=1, reason="Old.", by=SYSTEM)
    assert methodologies.published().version == "2"


def test_what_was_published_is_neither_changed_nor_deleted_nor_published_again() -> None:
    row = publish(make_draft())
    for refused in (
        lambda: methodologies.change(draft=row, revision=1, content=row.content, by=SYSTEM),
        lambda: methodologies.discard(draft=row, by=SYSTEM),
        lambda: methodologies.publish(draft=row, revision=1, reason="Again.", by=SYSTEM),
    ):
        with pytest.raises(methodologies.NotADraft):
            refused()


@pytest.mark.parametrize(
    "change",
    [
        "content = '{}'",
        "content_hash = ''",
        "title = 'Another'",
        "version = '9'",
        "key = 'other'",
        "status = 'draft', published_at = NULL, retired_at = NULL",
        "published_at = published_at + interval '1 day'",
    ],
)
@pytest.mark.parametrize("version", ["2", "3"])
def test_the_database_refuses_to_change_what_was_published(change: str, version: str) -> None:
    publish(make_draft())
    with pytest.raises(Error, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE scoring_methodology SET {change} WHERE version = %s", [version])


def test_the_database_refuses_to_delete_or_revive_what_was_published() -> None:
    publish(make_draft())
    for statement in (
        "DELETE FROM scoring_methodology WHERE version = '3'",
        "DELETE FROM scoring_methodology WHERE version = '2'",
        "UPDATE scoring_methodology SET status = 'published' WHERE version = '2'",
    ):
        with (
            pytest.raises(Error, match="frozen"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.LEGAL])
def test_administrators_and_legal_reviewers_of_all_units_manage_the_method(role: Role) -> None:
    person = Person(make_user(role))
    draft = make_draft(by=person.principal, kappa=0.7)
    publish(draft, by=person.principal)
    assert methodologies.published().published_by == person.user


def test_a_role_in_one_unit_is_not_enough_to_change_what_is_one_for_all(
    unit_admin: Person, legal: Person, admin: Person
) -> None:
    draft = make_draft(by=admin.principal)
    for person in (unit_admin, legal):
        by = person.principal
        for refused in (
            lambda by=by: methodologies.copy(source=draft, by=by),
            lambda by=by: methodologies.from_file(text="", by=by),
            lambda by=by: methodologies.change(draft=draft, revision=1, content={}, by=by),
            lambda by=by: methodologies.discard(draft=draft, by=by),
            lambda by=by: methodologies.publish(draft=draft, revision=1, reason="x", by=by),
        ):
            with pytest.raises(NotAllowed):
                refused()


def test_procurement_of_all_units_does_not_manage_the_method() -> None:
    person = Person(make_user(Role.PROCUREMENT))
    with pytest.raises(NotAllowed):
        methodologies.copy(source=in_force(), by=person.principal)


def test_a_published_method_scores_from_then_on_and_old_scores_keep_theirs(
    unit: BusinessUnit,
) -> None:
    assessment = scored(unit)
    first = CurrentScore.objects.get(assessment=assessment)
    row = publish(make_draft(kappa=0.5))
    scores.rescore_many(assessment_ids=[assessment.pk], cause="methodology.published")
    current = CurrentScore.objects.get(assessment=assessment)
    assert current.methodology == row
    assert current.points != first.points
    assert methods.scores_standing(row) == 1
    assert methods.scores_made(row) == Score.objects.filter(model__methodology=row).count()


def test_a_draft_is_never_taken_from_memory() -> None:
    draft = make_draft(kappa=0.5)
    assert methodologies.parameters(draft).kappa == 0.5
    saved = methodologies.change(
        draft=draft, revision=2, content={**draft.content, "kappa": 0.4}, by=SYSTEM
    )
    assert methodologies.parameters(saved).kappa == 0.4
    with pytest.raises(Methodology.DoesNotExist):
        methods.parameters(draft.pk)
    assert methods.parameters(publish(saved).pk).kappa == 0.4


def test_the_method_of_a_newer_release_is_offered_as_a_draft_and_published_by_nobody(
    admin: Person,
) -> None:
    shipped = shipped_methodology("standard-1")
    old = Methodology.objects.create(
        key=shipped.key,
        version="1",
        title=shipped.title,
        status=Methodology.Status.PUBLISHED,
        content=shipped.content,
        content_hash=methodologies.content_hash(shipped),
        published_at=clock.now(),
    )
    page = admin.browser.get("/methods/").content.decode()
    assert "Version 2 of the standard method came with this release." in page
    sent = admin.browser.post("/methods/shipped/")
    made = Methodology.objects.get(version="2")
    assert sent["Location"] == f"/methods/{made.pk}/"
    assert made.is_draft
    assert made.content["indicators"]["screening"]["knock_out"]["block"]
    assert methodologies.published().pk == old.pk
    assert "came with this release" not in admin.browser.get("/methods/").content.decode()
