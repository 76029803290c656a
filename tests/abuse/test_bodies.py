"""Bodies that are huge, deep, slow or full of what was not asked for."""

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.models import BusinessUnit, Membership, User
from accounts.permissions import Role
from config.slow_lines import PacedSocket
from tests.contract.asking import ask
from tests.contract.conftest import start_web as start_web  # noqa: PLC0414 - the fixture
from tests.factories.accounts import make_api_client, make_key
from tests.factories.vendors import make_vendor
from tests.house.code import APPS, files, text
from tests.personas import Person
from tests.web import Web
from vendors.models import Vendor

LOOKUP = "/api/v1/scores/lookup"


@pytest.fixture
def key(transactional_db: None) -> str:
    """A key of a client that may read and write everywhere."""
    client = make_api_client(
        all_units=True, scopes=["scores:read", "vendors:read", "vendors:write", "assessments:write"]
    )
    return make_key(client)


@pytest.fixture
def web(start_web: Callable[..., Web]) -> Web:
    """One web process with two threads."""
    return start_web(processes=1, WEB_THREADS="2", API_RATE="1000000/min")


def test_json_is_refused_when_it_is_huge_deep_or_no_json(web: Web, key: str) -> None:
    deep = {
        "lists": "[" * 200_000 + "]" * 200_000,
        "objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
        "within an item": '{"items": ' + "[" * 50_000 + "]" * 50_000 + "}",
    }
    for name, body in deep.items():
        answer = ask(web.address, LOOKUP, key=key, method="POST", body=body)
        assert answer.status == 400, name
        assert answer.problem["detail"]
    huge = '{"items": [' + ",".join(['{"system":"erp","id":"1"}'] * 500_000) + "]}"
    assert ask(web.address, LOOKUP, key=key, method="POST", body=huge).problem["status"] == 413
    many = json.dumps({f"member{number}": 1 for number in range(200_000)})
    assert ask(web.address, LOOKUP, key=key, method="POST", body=many).problem["status"] == 400
    digits = '{"items": ' + "9" * 1_000_000 + "}"
    assert ask(web.address, LOOKUP, key=key, method="POST", body=digits).problem["status"] == 400
    twice = '{"items": [], "items": [{"system": "erp", "id": "1"}]}'
    assert ask(web.address, LOOKUP, key=key, method="POST", body=twice).status in (200, 400)
    # And it still answers.
    assert ask(web.address, "/api/v1/vendors", key=key).status == 200


@pytest.mark.django_db
def test_a_form_with_ten_thousands_of_fields_is_refused() -> None:
    form = "&".join(f"a{number}=1" for number in range(20_000))
    for path in ("/accounts/login/", "/portal/fresh/", "/oauth/token"):
        answer = Client().post(path, form, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 400, path


def test_a_body_that_does_not_come_is_given_up_and_those_after_it_are_served() -> None:
    """With a clock of its own: what is tried is the rule, not the patience of the machine."""
    near, far = socket.socketpair()
    clock = iter([0.0, 1.0, 5.0, 21.0])
    paced = PacedSocket(far, now=lambda: next(clock))
    near.sendall(b"POST / HTTP/1.1\r\n")
    assert paced.recv(100) == b"POST / HTTP/1.1\r\n"
    near.sendall(b"H")
    assert paced.recv(100) == b"H"
    near.sendall(b"o")
    with pytest.raises(ConnectionResetError):
        paced.recv(100)
    near.close()
    far.close()


def test_a_body_that_comes_as_fast_as_lines_are_may_be_long() -> None:
    near, far = socket.socketpair()
    moment = 0.0
    paced = PacedSocket(far, grace=20, slowest=1000, now=lambda: moment)
    for _second in range(60):
        near.sendall(b"x" * 1_500)
        assert len(paced.recv(1_500)) == 1_500
        moment += 1
    paced.begin()
    moment += 19
    near.sendall(b"y")
    assert paced.recv(10) == b"y"
    near.close()
    far.close()


def test_a_line_that_stays_silent_is_closed_and_its_thread_is_free_again() -> None:
    near, far = socket.socketpair()
    paced = PacedSocket(far, grace=0.2)
    with pytest.raises(ConnectionResetError):
        paced.recv(100)
    near.close()
    far.close()


def _half_sent(address: str, path: str, key: str) -> socket.socket:
    where = urlsplit(address)
    line = socket.create_connection((where.hostname or "", where.port or 0), timeout=120)
    head = f"POST {path} HTTP/1.1\r\nHost: {where.netloc}\r\nAuthorization: Bearer {key}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    line.sendall(head.encode())
    return line


def test_as_many_slow_senders_as_threads_stop_nobody_for_long(web: Web, key: str) -> None:
    lines = [_half_sent(web.address, LOOKUP, key) for _one in range(2)]
    try:
        time.sleep(0.5)
        # Both threads wait for them; this one waits until they are given up.
        assert ask(web.address, "/healthz").status == 200
        for line in lines:
            line.settimeout(60)
            assert b" 408 " in line.recv(100) or not line.recv(1)
    finally:
        for line in lines:
            line.close()


def _forms() -> Iterator[tuple[str, str]]:
    for name in files(".py", under=APPS):
        if "/migrations/" not in name:
            yield name, text(name)


def test_no_form_takes_its_fields_from_a_table() -> None:
    """Forms and bodies name what they take; a column that is added is in none of them."""
    assert [name for name, body in _forms() if "forms.ModelForm" in body] == []
    # Those of the API that follow a table say what goes out, column by column; none writes.
    assert [name for name, body in _forms() if re.search(r"serializer\w*\.save\(", body)] == []
    assert [name for name, body in _forms() if '"__all__"' in body] == []
    spread = ("(**request.POST", "(**request.data", "update(**request.")
    assert [name for name, body in _forms() if any(one in body for one in spread)] == []


@pytest.mark.django_db
def test_what_a_body_names_and_may_not_set_is_refused_or_changes_nothing(
    unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    client = make_api_client(unit, scopes=["vendors:read", "vendors:write"])
    program = Client(headers={"Authorization": f"Bearer {make_key(client)}"})
    vendor = make_vendor(unit, name="Halden Tools")
    before = _columns(vendor)
    more = {
        "id": "00000000-0000-7000-8000-000000000001", "status": "merged", "sample": True,
        "merged_into": str(vendor.pk), "created_at": "2000-01-01T00:00:00Z", "version": 99,
        "score": 0, "band": "low", "tier": "low",
    }  # fmt: skip
    path = reverse("api:vendor-by-external-id", args=["sap-prd-100", "42"])
    made = program.put(
        path,
        {"name": "Umber Tools", "units": [unit.code], **more},
        content_type="application/json",
    )
    assert made.status_code in (200, 201, 400)
    for name, value in more.items():
        sent = program.put(
            path,
            {"name": "Umber Tools", "units": [unit.code], name: value},
            content_type="application/json",
        )
        assert sent.status_code < 500, name
    found = Vendor.objects.filter(name="Umber Tools").first()
    if found is not None:
        assert str(found.pk) != more["id"]
        assert found.version < 99
        assert found.status != "merged"
        assert found.created_at.year > 2000
    vendor.refresh_from_db()
    assert _columns(vendor) == before


def _columns(row: models.Model) -> dict[str, Any]:
    return {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields}


@pytest.mark.django_db
def test_a_profile_form_makes_nobody_an_administrator(
    procurement: Person, other_unit: BusinessUnit
) -> None:
    before = list(Membership.objects.order_by("pk").values())
    password = procurement.user.password
    page = reverse("accounts:profile")
    sent = {
        "name": "Pia", "language": "en-gb", "time_zone": "UTC", "email": "root@example.com",
        "role": Role.ADMINISTRATOR.value, "unit": str(other_unit.pk), "is_staff": "1",
        "is_superuser": "1", "is_active": "", "password": "x", "id": "1",
    }  # fmt: skip
    answer = procurement.browser.post(page, sent)
    assert answer.status_code in (200, 302)
    user = User.objects.get(pk=procurement.user.pk)
    assert user.email == procurement.user.email
    assert user.password == password
    assert user.is_active
    assert list(Membership.objects.order_by("pk").values()) == before


def test_every_app_is_looked_at() -> None:
    assert {config.label for config in apps.get_app_configs()} >= set(APPS)
