"""What monitoring reads, and who may."""

import os
import re
import urllib.request
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.test import Client
from pytest_django import Settings

from accounts.models import BusinessUnit
from audit import clock, seal
from config import metrics
from scoring.services import catching_up, outstanding
from tests.factories.vendors import make_vendor
from tests.factories.webhooks import make_delivery, make_endpoint
from tests.personas import Person
from tests.web import Web
from webhooks.models import Endpoint


def figure(said: str, name: str) -> float:
    """The value of the sample with this name and these labels."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", said, re.MULTILINE)
    assert found is not None, f"{name} is not in:\n{said}"
    return float(found[1])


def read() -> str:
    return Client().get("/metrics").text


@pytest.mark.django_db
def test_requests_are_counted_by_the_name_of_their_view_and_status() -> None:
    name = 'surety_http_requests_total{method="GET",route="healthz",status="200"}'
    Client().get("/healthz")
    before = figure(read(), name)
    Client().get("/healthz")
    said = read()
    assert figure(said, name) == before + 1
    assert figure(said, 'surety_http_request_seconds_count{route="healthz"}') >= 2


@pytest.mark.django_db
def test_an_address_that_nobody_serves_is_counted_without_its_name() -> None:
    Client().get("/there/is/no/such/page")
    said = read()
    assert figure(said, 'surety_http_requests_total{method="GET",route="none",status="404"}') >= 1
    assert "no/such/page" not in said


@pytest.mark.django_db(transaction=True)
def test_what_waits_in_the_database_is_shown_and_goes_away(
    procurement: Person, unit: BusinessUnit
) -> None:
    seal.seal()
    before = figure(read(), "surety_scores_outstanding")
    vendor = make_vendor(unit=unit, by=procurement.principal)
    said = read()
    assert figure(said, "surety_scores_outstanding") > before
    assert figure(said, "surety_events_unsealed") >= 1
    catching_up.again(vendor_id=vendor.pk)
    seal.seal()
    said = read()
    assert figure(said, "surety_scores_outstanding") == before
    assert figure(said, "surety_events_unsealed") == 0
    assert figure(said, "surety_database_up") == 1


@pytest.mark.django_db
def test_it_shows_how_webhooks_keep_up(unit: BusinessUnit) -> None:
    now = clock.now()
    endpoint = make_endpoint(unit)
    make_delivery(endpoint, next_attempt_at=now - timedelta(minutes=2))
    make_delivery(endpoint, next_attempt_at=now + timedelta(minutes=2))
    make_delivery(endpoint, state="delivered", ended_at=now)
    off = make_endpoint(unit)
    make_delivery(off)
    Endpoint.objects.filter(pk=off.pk).update(disabled_reason="gone", disabled_at=now)
    said = read()
    assert figure(said, "surety_webhook_messages_waiting") == 2
    assert 120 <= figure(said, "surety_webhook_late_seconds") < 180
    assert figure(said, "surety_webhook_endpoints_failed") == 1


def test_without_a_database_the_counts_are_still_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> int:
        raise DatabaseError("the server is gone")

    monkeypatch.setattr(outstanding, "count", gone)
    said = read()
    assert figure(said, "surety_database_up") == 0
    assert "surety_scores_outstanding" not in said
    assert f'process_resident_memory_bytes{{pid="{os.getpid()}"}}' in said


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "fd00::1", "::ffff:10.1.2.3"])
def test_our_own_network_may_read_them(address: str) -> None:
    assert Client(REMOTE_ADDR=address).get("/metrics").status_code == 200


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", ""])
def test_for_others_there_is_no_such_page(address: str) -> None:
    assert Client(REMOTE_ADDR=address).get("/metrics").status_code == 404


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via"])
def test_whoever_comes_through_a_proxy_is_not_taken_for_the_proxy(header: str) -> None:
    assert Client(headers={header: "127.0.0.1"}).get("/metrics").status_code == 404


@pytest.mark.django_db
def test_with_a_token_set_it_is_asked_of_everyone(settings: Settings) -> None:
    settings.METRICS_TOKEN = "a-long-token-of-ours"
    far = Client(REMOTE_ADDR="8.8.8.8", headers={"X-Forwarded-For": "8.8.4.4"})
    right = {"Authorization": "Bearer a-long-token-of-ours"}
    assert far.get("/metrics", headers=right).status_code == 200
    assert far.get("/metrics", headers={"Authorization": "Bearer no"}).status_code == 404
    assert Client().get("/metrics").status_code == 404


@pytest.fixture
def served(_worker_environment: dict[str, str], tmp_path: Path) -> Generator[str]:
    """The address of a real gunicorn with two processes on the test database."""
    web = Web.start(environment=_worker_environment, log=tmp_path / "web.log")
    try:
        yield web.address
    finally:
        web.stop()
    assert not list(tmp_path.glob("surety-metrics-*"))


def fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return str(answer.read(), "utf-8")


@pytest.mark.django_db
def test_where_counting_fails_the_answer_is_given_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_said: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(metrics.REQUESTS, "labels", full)
    assert Client().get("/healthz").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_several_web_processes_count_together(served: str) -> None:
    for _time in range(30):
        fetch(f"{served}/healthz")
    for _time in range(6):
        said = fetch(f"{served}/metrics")
        name = 'surety_http_requests_total{method="GET",route="healthz",status="200"}'
        assert figure(said, name) == 30
        assert len(re.findall(r"^process_resident_memory_bytes{", said, re.MULTILINE)) == 2
