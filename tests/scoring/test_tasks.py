"""The tasks, and the command that does the same by hand."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import redis
from celery import current_app
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils.module_loading import import_string

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.services import assessments
from audit import clock
from audit.models import Event
from scoring import tasks
from scoring.models import CurrentScore, Outstanding, Standing
from scoring.services import publications
from tests.factories.assessments import make_assessment, small_questionnaire
from tests.factories.methods import make_draft
from tests.factories.scoring import catch_up, say, scored
from tests.factories.vendors import WORST_INTAKE, make_engagement, make_vendor
from vendors.services import engagements, imports, vendors

pytestmark = pytest.mark.django_db


def last(kind: str) -> str:
    """The id of the latest event of a type, as tasks are given it."""
    event = Event.objects.filter(type=kind).latest("position")
    return str(event.id)


def queued(queue: str) -> int:
    """How many messages wait in a queue."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        waiting: Any = client.llen(queue)
        return int(waiting)


def test_every_routed_event_calls_tasks_that_exist() -> None:
    current_app.loader.import_default_modules()
    routes = import_string(settings.AUDIT_EVENT_ROUTES)
    named = {name for names in routes.values() for name in names}
    scheduled = {entry["task"] for entry in current_app.conf.beat_schedule.values()}
    assert named | scheduled <= set(current_app.tasks)


def test_the_task_of_a_save_scores_its_assessment_and_may_run_twice(unit: BusinessUnit) -> None:
    assessment = scored(unit)
    say(assessment, staff=60)
    for _ in range(2):
        tasks.rescore(last("assessment.answers_saved"))
    found = CurrentScore.objects.get(assessment=assessment)
    assert found.cause == "assessment.answers_saved"
    assert not Outstanding.objects.exists()


def test_the_task_of_a_new_vendor_gives_it_a_standing(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    tasks.restand(last("vendor.created"))
    assert Standing.objects.filter(vendor=vendor).count() == 2


def test_the_task_of_a_new_engagement_shows_its_tier(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    engagement = make_engagement(vendor, unit, intake=WORST_INTAKE)
    tasks.restand(last("engagement.created"))
    assert set(Standing.objects.values_list("tier", flat=True)) == {engagement.tier} == {"critical"}


def test_the_task_of_a_changed_engagement_scores_its_assessments(unit: BusinessUnit) -> None:
    assessment = scored(unit)
    engagement = assessment.engagement
    engagements.change(
        engagement=engagement,
        version=engagement.version,
        values={"intake": WORST_INTAKE},
        by=SYSTEM,
    )
    tasks.rescore_engagement(last("engagement.changed"))
    assert CurrentScore.objects.get(assessment=assessment).inherent == 100_000
    assert set(Standing.objects.values_list("tier", flat=True)) == {"critical"}


def test_a_run_is_cut_into_pieces_for_the_workers_that_do_what_takes_long(
    unit: BusinessUnit, broker: None
) -> None:
    questionnaire = small_questionnaire()
    made = [scored(unit, questionnaire) for _ in range(3)]
    assessments.cancel(assessment=made[0], reason="Not needed", by=SYSTEM)
    catch_up()
    draft = make_draft(kappa=0.8)
    run = publications.publish(draft=draft, revision=2, reason="Stricter", by=SYSTEM)
    tasks.cut_run(last("run.started"))
    assert queued("bulk") == 1
    assert queued("interactive") == 0
    run.refresh_from_db()
    assert (run.status, run.total) == ("running", 2)
    tasks.run_piece(run.pieces.get().pk)
    run.refresh_from_db()
    assert run.status == "done"
    models = CurrentScore.objects.exclude(pk=made[0].pk).values_list(
        "model__methodology", flat=True
    )
    assert set(models) == {draft.pk}


def test_what_ages_today_is_queued_beside_the_work_somebody_waits_for(
    unit: BusinessUnit, broker: None
) -> None:
    assessment = scored(unit)
    tasks.rescore_due()
    assert queued("bulk") == 0
    CurrentScore.objects.update(next_change=clock.today() - timedelta(days=1))
    tasks.rescore_due()
    assert queued("bulk") == 1
    assessments.cancel(assessment=assessment, reason="Not needed", by=SYSTEM)
    catch_up()
    assert CurrentScore.objects.get().next_change is None


class TestCommand:
    def test_it_scores_everything_again_and_says_how_much(self, unit: BusinessUnit) -> None:
        questionnaire = small_questionnaire()
        for _ in range(3):
            engagement = make_engagement(make_vendor(unit), unit)
            make_assessment(unit, engagement=engagement, questionnaire=questionnaire)
        said = StringIO()
        call_command("rescore", "--all", stdout=said)
        assert said.getvalue() == "Scored again: assessments 3, of which 3 changed.\n"
        assert CurrentScore.objects.count() == 3

    def test_it_repairs_one_vendor(self, unit: BusinessUnit) -> None:
        assessment = scored(unit)
        scored(unit, assessment.questionnaire)
        CurrentScore.objects.update(points=1, digest=bytes(32))
        said = StringIO()
        call_command("rescore", vendor=str(assessment.vendor_id), stdout=said)
        assert said.getvalue() == "Scored again: assessments 1.\n"
        found = CurrentScore.objects.get(assessment=assessment)
        assert found.points != 1
        assert CurrentScore.objects.filter(points=1).count() == 1

    @pytest.mark.parametrize("vendor", ["7", "00000000-0000-0000-0000-000000000000"])
    def test_a_vendor_it_does_not_know_is_named_in_a_sentence(self, vendor: str) -> None:
        with pytest.raises(CommandError, match="vendor"):
            call_command("rescore", vendor=vendor)


def test_an_imported_list_gives_all_its_vendors_a_standing(unit: BusinessUnit) -> None:
    made = imports.preview(
        unit=unit, file_name="list.csv", content=b"name\nAcme\nBolt\nCogs", by=SYSTEM
    )
    imports.run(vendor_import=made, by=SYSTEM)
    tasks.restand_many(last("vendors.imported"))
    names = set(Standing.objects.filter(unit=unit).values_list("name", flat=True))
    assert names == {"Acme", "Bolt", "Cogs"}
    assert not Outstanding.objects.exists()


def test_the_task_of_an_archived_vendor_marks_its_standing(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    vendors.archive(vendor=vendor, by=SYSTEM)
    tasks.restand(last("vendor.archived"))
    assert Standing.objects.get(vendor=vendor, unit=unit).archived
