"""Scoring everything again over the API."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.scoping import NotAllowed
from accounts.services import api_clients
from audit.models import Event
from scoring.models import Run
from tests.factories.accounts import make_api_client, make_key
from tests.factories.methods import go_through, make_draft, previewed, published
from tests.factories.scoring import scored
from tests.personas import Person, Program

pytestmark = pytest.mark.django_db

LIST = "/api/v1/recalculations"
SCOPES = ["scores:recalculate", "scores:read"]


@pytest.fixture
def nightly() -> Program:
    """A client of all units that may have everything scored again."""
    client = make_api_client(scopes=SCOPES, all_units=True, name="Nightly job")
    return Program(client, make_key(client))


def ask(program: Program, reason: str = "Figures were corrected.") -> Run:
    answer = program.browser.post(LIST, {"reason": reason}, content_type="application/json")
    assert answer.status_code == 202
    return Run.objects.get(pk=UUID(answer.json()["id"]))


def test_asking_is_answered_at_once_with_where_to_look(nightly: Program) -> None:
    answer = nightly.browser.post(LIST, {}, content_type="application/json")

    assert answer.status_code == 202
    assert answer.headers["Location"].endswith(f"{LIST}/{answer.json()['id']}")
    found = nightly.browser.get(answer.headers["Location"]).json()
    assert found == answer.json()
    assert (found["status"], found["kind"], found["total"]) == ("waiting", "by_hand", None)
    assert found["started_by"] == "Nightly job"


def test_a_run_says_how_far_it_came_and_what_changed(nightly: Program, unit: BusinessUnit) -> None:
    scored(unit)
    scored(unit)
    run = go_through(ask(nightly))

    found = nightly.browser.get(f"{LIST}/{run.pk}").json()

    assert (found["status"], found["total"], found["done"]) == ("done", 2, 2)
    assert (found["changed"], found["failed"], found["seconds_left"]) == (0, 0, None)
    assert found["finished_at"].endswith("Z")
    assert Event.objects.filter(type="run.started", aggregate_id=run.pk).exists()


def test_one_at_a_time_and_the_refusal_names_the_run_that_goes_on(nightly: Program) -> None:
    run = ask(nightly)
    refused = nightly.browser.post(LIST, {}, content_type="application/json")
    assert refused.status_code == 409
    assert refused.json()["recalculation_id"] == str(run.pk)
    assert refused.json()["type"] == "urn:surety:problem:recalculation_running"
    go_through(run)
    ask(nightly)


def test_asking_again_with_the_same_key_is_answered_with_the_same_run(nightly: Program) -> None:
    answers = [
        nightly.browser.post(
            LIST, {}, content_type="application/json", headers={"Idempotency-Key": "night-7"}
        )
        for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Run.objects.count() == 1


def test_a_publication_that_is_being_scored_is_waited_for_too_and_not_cancelled_here(
    nightly: Program,
) -> None:
    run = published(make_draft())
    refused = nightly.browser.post(LIST, {}, content_type="application/json")
    assert refused.json()["recalculation_id"] == str(run.pk)
    kept = nightly.browser.post(f"{LIST}/{run.pk}/cancel")
    assert (kept.status_code, kept.json()["type"]) == (409, "urn:surety:problem:not_cancellable")
    run.refresh_from_db()
    assert run.status == Run.Status.WAITING


def test_a_run_is_cancelled_once_and_what_was_done_stays(nightly: Program) -> None:
    run = ask(nightly)
    cancelled = nightly.browser.post(f"{LIST}/{run.pk}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    again = nightly.browser.post(f"{LIST}/{run.pk}/cancel")
    assert (again.status_code, again.json()["type"]) == (409, "urn:surety:problem:not_running")


def test_runs_are_listed_the_newest_first_without_previews(nightly: Program) -> None:
    older = go_through(ask(nightly))
    newer = ask(nightly)
    preview = previewed(make_draft())

    first = nightly.browser.get(f"{LIST}?limit=1").json()
    second = nightly.browser.get(f"{LIST}?limit=1&cursor={first['next']}").json()

    assert [one["items"][0]["id"] for one in (first, second)] == [str(newer.pk), str(older.pk)]
    assert second["next"] is None
    assert nightly.browser.get(f"{LIST}/{preview.pk}").status_code == 404


def test_the_scope_in_some_units_only_allows_nothing(nightly: Program, unit: BusinessUnit) -> None:
    client = make_api_client(unit, scopes=SCOPES)
    some = Program(client, make_key(client))
    run = ask(nightly)
    assert some.browser.post(LIST, {}, content_type="application/json").status_code == 403
    assert some.browser.get(LIST).status_code == 403
    assert some.browser.get(f"{LIST}/{run.pk}").status_code == 404
    assert some.browser.post(f"{LIST}/{run.pk}/cancel").status_code == 404
    assert Run.objects.count() == 1


def test_reading_scores_is_not_enough(api_client: Program, visitor: Client) -> None:
    assert api_client.browser.post(LIST, {}, content_type="application/json").status_code == 403
    assert visitor.post(LIST, {}, content_type="application/json").status_code == 401
    assert not Run.objects.exists()


def test_a_reason_that_is_too_long_is_pointed_at(nightly: Program) -> None:
    refused = nightly.browser.post(LIST, {"reason": "x" * 501}, content_type="application/json")
    assert refused.status_code == 400
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/reason"]


def test_nobody_gives_a_client_the_scope_who_may_not_recalculate(unit_admin: Person) -> None:
    with pytest.raises(NotAllowed):
        api_clients.add(name="x", scopes=SCOPES, all_units=True, by=unit_admin.principal)


def test_the_page_of_a_run_names_the_client_that_asked_for_it(
    nightly: Program, admin: Person
) -> None:
    run = ask(nightly)
    for name, args in (("scoring:runs", []), ("scoring:run", [run.pk])):
        assert "Nightly job" in admin.browser.get(reverse(name, args=args)).content.decode()
