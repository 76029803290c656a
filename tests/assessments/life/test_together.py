"""A step for many at once: done by workers, watched, stopped, taken up, and each done once."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit, Notification
from accounts.principal import SYSTEM
from assessments.models import Assessment, TogetherRun
from assessments.services import assessments, bulk, together_runs
from assessments.services.bulk import Asked
from audit import clock
from audit.errors import Invalid, Refused
from tests.factories.assessments import make_assessment, make_engagement
from tests.personas import Person

pytestmark = pytest.mark.django_db

CHASE = reverse("assessments:chase")


def open_ones(unit: BusinessUnit, person: Person, count: int) -> list[Assessment]:
    """Open assessments that this person fills in."""
    made = [make_assessment(unit) for _ in range(count)]
    for one in made:
        assessments.plan(assessment=one, due_on=None, assigned_to=person.user, by=SYSTEM)
    return made


def test_many_are_reminded_by_a_worker_while_the_page_shows_how_far_it_is(
    unit: BusinessUnit, procurement: Person, unit_admin: Person, outsider_procurement: Person
) -> None:
    made = open_ones(unit, unit_admin, together_runs.AT_ONCE)
    nobodys = make_assessment(unit)
    rows = [str(one.pk) for one in [*made, nobodys]]
    back = f"{reverse('scoring:purchasing')}?waits=colleague"
    sent = procurement.browser.post(CHASE, {"rows": rows, "confirmed": "1", "next": back})
    run = TogetherRun.objects.get()
    here = reverse("assessments:together", args=[run.pk])
    assert sent["Location"] == here
    assert not Notification.objects.exists()
    page = procurement.browser.get(here).text
    assert f'hx-get="{here}"' in page
    assert 'max="11"' in page
    assert outsider_procurement.browser.get(here).status_code == 404
    assert unit_admin.browser.get(here).status_code == 404

    together_runs.go_on(run.pk)
    part = procurement.browser.get(here, headers={"HX-Request": "true"})
    assert (part.status_code, "1 waiting" in part.text) == (200, True)
    together_runs.go_on(run.pk)
    together_runs.go_on(run.pk)
    assert Notification.objects.filter(user=unit_admin.user).count() == len(made)
    part = procurement.browser.get(here, headers={"HX-Request": "true"})
    # htmx asks no more.
    assert part.status_code == 286
    result = procurement.browser.get(here).text
    assert "10 done, 1 refused, 0 waiting." in result
    assert (
        f"{nobodys.vendor.name}: {nobodys.engagement.title}: Nobody is asked to answer." in result
    )
    assert 'href="/purchasing/?waits=colleague"' in result


def test_one_that_is_stopped_leaves_the_others_as_they_are(
    unit: BusinessUnit,
    procurement: Person,
    unit_admin: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = open_ones(unit, procurement, 4)
    monkeypatch.setattr(together_runs, "PIECE", 1)
    due = clock.today() + timedelta(days=9)
    run = together_runs.start(
        kind="plan",
        rows=made,
        asked=Asked(due_on=due, assigned_to=unit_admin.user),
        back="/assessments/",
        by=procurement.principal,
    )
    here = reverse("assessments:together", args=[run.pk])
    together_runs.go_on(run.pk)
    assert "What is done stays done" in procurement.browser.get(f"{here}?cancel=1").text
    procurement.browser.post(f"{here}?cancel=1")
    together_runs.go_on(run.pk)
    handed = Assessment.objects.filter(assigned_to=unit_admin.user, due_on=due)
    assert list(handed) == made[:1]
    assert "1 done, 0 refused, 3 waiting." in procurement.browser.get(here).text
    with pytest.raises(Refused, match="ended already"):
        together_runs.cancel(run=run, by=procurement.principal)


def test_whoever_may_no_longer_do_it_when_its_turn_comes_does_not(
    unit: BusinessUnit, procurement: Person
) -> None:
    rows = [make_engagement(unit) for _ in range(2)]
    run = together_runs.start(
        kind="open", rows=rows, back="/assessments/to-open/", by=procurement.principal
    )
    procurement.user.memberships.all().delete()
    together_runs.go_on(run.pk)
    run.refresh_from_db()
    assert (run.status, run.done, len(run.refused)) == ("done", 0, 2)
    assert not Assessment.objects.exists()


def test_a_run_whose_task_was_lost_is_queued_again_and_none_is_begun_for_nothing(
    unit: BusinessUnit, procurement: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[object] = []
    monkeypatch.setattr(together_runs, "_queue", queued.append)
    run = together_runs.start(
        kind="chase", rows=[make_assessment(unit)], back="/", by=procurement.principal
    )
    together_runs.nudge()
    assert queued == []
    TogetherRun.objects.update(touched_at=clock.now() - 2 * together_runs.PATIENCE)
    together_runs.nudge()
    assert queued == [run.pk]
    for count in (0, bulk.MOST + 1):
        rows = [make_assessment(unit)] * count
        with pytest.raises(Invalid):
            together_runs.start(kind="chase", rows=rows, back="/", by=procurement.principal)
