"""Idempotency keys: what is sent twice is done once."""

import json
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern

from accounts.idempotency import IS_ONCE
from accounts.models import BusinessUnit, KeptAnswer
from accounts.services import idempotency
from audit import clock
from config import api
from tests.factories.accounts import make_api_client, make_key
from tests.factories.incidents import make_incident
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Program
from vendors.models import Engagement, Incident

pytestmark = pytest.mark.django_db

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit)


@pytest.fixture
def writer(unit: BusinessUnit) -> Program:
    """A client that reads and writes vendors."""
    return _writer(unit, "Watch service")


def _writer(unit: BusinessUnit, name: str) -> Program:
    client = make_api_client(unit, scopes=["vendors:read", "vendors:write"], name=name)
    return Program(client, make_key(client))


def body_of(engagement: Engagement, **values: str) -> dict[str, str]:
    return {
        "title": "Copied housings",
        "found_how": "customs",
        "found_on": "2026-01-15",
        "severity": "severe",
        "engagement_id": str(engagement.pk),
        **values,
    }


def report(who: Program, engagement: Engagement, key: str | None = KEY, **values: str) -> Any:
    return who.browser.post(
        f"/api/v1/vendors/{engagement.vendor_id}/incidents",
        json.dumps(body_of(engagement, **values)),
        "application/json",
        headers={"Idempotency-Key": key} if key is not None else {},
    )


def test_the_same_request_under_the_same_key_is_done_once_and_answered_again(
    engagement: Engagement, writer: Program
) -> None:
    first = report(writer, engagement)
    assert (first.status_code, first.headers.get("Idempotency-Replayed")) == (201, None)
    Incident.objects.update(title="Renamed since", version=5)
    again = report(writer, engagement)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Incident.objects.count() == 1


def test_a_key_in_quotes_is_the_same_key_without_them(
    engagement: Engagement, writer: Program
) -> None:
    report(writer, engagement, KEY)
    assert report(writer, engagement, f'"{KEY}"').headers["Idempotency-Replayed"] == "true"


def test_without_a_key_everything_is_done_as_often_as_it_is_sent(
    engagement: Engagement, writer: Program
) -> None:
    report(writer, engagement, None)
    report(writer, engagement, None)
    assert Incident.objects.count() == 2
    assert not KeptAnswer.objects.exists()


def test_another_body_or_another_address_under_the_same_key_is_refused(
    engagement: Engagement, writer: Program, unit: BusinessUnit
) -> None:
    report(writer, engagement)
    other = make_engagement(make_vendor(unit), unit)
    for answer in (report(writer, engagement, title="Other"), report(writer, other)):
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:surety:problem:idempotency_key_reused"
    assert Incident.objects.count() == 1


def test_the_key_of_another_client_is_another_key(
    engagement: Engagement, writer: Program, unit: BusinessUnit
) -> None:
    report(writer, engagement)
    answer = report(_writer(unit, "Second"), engagement)
    assert answer.status_code == 201
    assert "Idempotency-Replayed" not in answer.headers
    assert Incident.objects.count() == 2


@pytest.mark.parametrize("key", ["", '""', "two words", "a,b", '"open', "k" * 256, "clé"])
def test_a_key_that_is_none_is_pointed_at(
    engagement: Engagement, writer: Program, key: str
) -> None:
    answer = report(writer, engagement, key)
    assert answer.status_code == 400
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/Idempotency-Key"]
    assert not Incident.objects.exists()


def test_what_was_refused_leaves_the_key_free(engagement: Engagement, writer: Program) -> None:
    assert report(writer, engagement, severity="huge").status_code == 400
    assert not KeptAnswer.objects.exists()
    answer = report(writer, engagement)
    assert (answer.status_code, "Idempotency-Replayed" in answer.headers) == (201, False)


def test_a_replayed_step_is_not_refused_for_the_version_that_it_made(
    engagement: Engagement, writer: Program
) -> None:
    incident = make_incident(engagement)

    def step() -> Any:
        return writer.browser.patch(
            f"/api/v1/incidents/{incident.pk}",
            {"status": "confirmed"},
            "application/json",
            headers={"Idempotency-Key": KEY, "If-Match": '"v1"'},
        )

    assert [step().status_code, step().status_code] == [200, 200]
    assert step().headers["ETag"] == '"v2"'


def test_who_lost_the_right_gets_no_answer_again(engagement: Engagement, writer: Program) -> None:
    report(writer, engagement)
    writer.client.scopes = ["vendors:read"]
    writer.client.save()
    assert report(writer, engagement).status_code == 403


def test_after_a_day_the_key_is_free_and_the_answer_gone(
    engagement: Engagement, writer: Program
) -> None:
    with clock.at(clock.now() - timedelta(hours=24)):
        report(writer, engagement)
    report(writer, engagement)
    assert Incident.objects.count() == 2
    with clock.at(clock.now() + timedelta(hours=23)):
        assert idempotency.forget_old() == 0
    with clock.at(clock.now() + timedelta(hours=25)):
        assert idempotency.forget_old() == 1


def test_kept_answers_tell_nothing_in_clear(engagement: Engagement, writer: Program) -> None:
    report(writer, engagement)
    kept = KeptAnswer.objects.get()
    stored = b"".join(map(bytes, (kept.key_hash, kept.request_hash, kept.sealed)))
    assert b"Copied" not in stored
    assert KEY.encode() not in stored


def test_an_answer_sealed_with_a_lost_key_is_not_given_and_not_done_again(
    engagement: Engagement, writer: Program, settings: Any
) -> None:
    report(writer, engagement)
    settings.SECRET_KEY = "another key of the same length, used for nothing but this test"
    answer = report(writer, engagement)
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:surety:problem:idempotency_answer_lost"
    assert Incident.objects.count() == 1


def _with_keys() -> list[tuple[str, str]]:
    """(path, method) of every operation that takes keys."""
    return [
        (f"/api/v1/{pattern.pattern}", method)
        for pattern in api.v1
        if isinstance(pattern, URLPattern)
        for method in ("post", "put", "patch", "delete")
        if IS_ONCE.of(getattr(getattr(pattern.callback, "cls", None), method, None))
    ]


def test_every_operation_that_takes_keys_says_so(visitor: Client) -> None:
    paths = visitor.get("/openapi.json").json()["paths"]
    said = {
        (path, method)
        for path, operations in paths.items()
        for method, operation in operations.items()
        if any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", []))
    }
    assert said
    assert len(said) >= len(_with_keys())
    assert {(path, "patch") for path, one in paths.items() if "patch" in one} <= said
    for path, method in said:
        assert {"409", "422"} <= paths[path][method]["responses"].keys(), path


def _together(*works: Callable[[], Any]) -> list[Any]:
    """What each answered, each on a thread and a connection of its own."""
    ready, answers = Barrier(len(works)), []

    def run(work: Callable[[], Any]) -> None:
        ready.wait()
        try:
            answers.append(work())
        finally:
            connection.close()

    threads = [Thread(target=run, args=[work]) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_is_done_and_the_others_wait_or_hear_the_same(
    engagement: Engagement, writer: Program
) -> None:
    def send() -> Any:
        return report(Program(writer.client, writer.key), engagement)

    answers = _together(*[send] * 4)
    assert {one.status_code for one in answers} <= {201, 409}
    done = [one for one in answers if one.status_code == 201]
    assert len([one for one in done if "Idempotency-Replayed" not in one.headers]) == 1
    assert len({one.content for one in done}) == 1
    assert Incident.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_while_the_first_is_at_work_the_second_is_told_when_to_ask_again(
    engagement: Engagement, writer: Program
) -> None:
    begun, asked = Barrier(2), Barrier(2)

    def first() -> None:
        with transaction.atomic():
            idempotency.claim(client=writer.client, key=KEY, request_hash=bytes(32))
            begun.wait()
            asked.wait()

    def second() -> Any:
        begun.wait()
        answer = report(Program(writer.client, writer.key), engagement)
        asked.wait()
        return answer

    answer = next(one for one in _together(first, second) if one is not None)
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "1")
    assert answer.json()["type"] == "urn:surety:problem:idempotency_in_flight"
    assert not Incident.objects.exists()
    assert report(writer, engagement).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_before_the_end_leaves_neither_change_nor_lock(
    engagement: Engagement, writer: Program
) -> None:
    connection.close()
    child = os.fork()
    if child == 0:
        # The change and its answer are written; the process dies before the transaction ends.
        with transaction.atomic():
            report(Program(writer.client, writer.key), engagement)
            assert KeptAnswer.objects.count() == Incident.objects.count() == 1
            os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert not Incident.objects.exists()
    answer = report(writer, engagement)
    assert (answer.status_code, "Idempotency-Replayed" in answer.headers) == (201, False)
    assert Incident.objects.count() == 1
