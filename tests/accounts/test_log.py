"""The log page: what happened in plain words, to those who may read it."""

import csv
import io
import json
from importlib import import_module
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from accounts import log
from accounts.models import BusinessUnit
from accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from accounts.principal import SYSTEM, Grant, Principal
from accounts.services import api_clients
from audit.events import Payload
from audit.ids import uuid7
from audit.models import Event, EventDetail
from audit.record import record
from config import event_words
from tests.audit.sample import seal_now
from tests.factories.accounts import make_api_client, make_user
from tests.personas import Person, Program

pytestmark = pytest.mark.django_db


class Happened(Payload):
    """Something in a unit, with a name that may be erased."""

    type: ClassVar[str] = "vendor.created"
    aggregate_type: ClassVar[str] = "vendor"
    private: ClassVar[frozenset[str]] = frozenset({"name"})

    name: str


def happen(unit: BusinessUnit | None, name: str = "ACME", by: Principal = SYSTEM) -> Event:
    with transaction.atomic():
        return record(
            Happened(aggregate_id=uuid7(), unit_id=unit.pk if unit else None, name=name), by=by
        )


def listed(browser: Client, query: str = "") -> list[UUID]:
    answer = browser.get(f"{reverse('accounts:log')}?{query}")
    assert answer.status_code == 200
    return [line.event.id for line in answer.context["lines"]]


def test_an_auditor_reads_the_events_of_their_unit_and_no_other(
    auditor: Person, admin: Person, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    mine, theirs, common = happen(unit), happen(other_unit), happen(None)
    assert listed(auditor.browser) == [mine.id]
    assert listed(admin.browser) == [common.id, theirs.id, mine.id]
    page = reverse("accounts:event", args=[mine.id])
    assert auditor.browser.get(page).status_code == 200
    for other in (theirs, common):
        address = reverse("accounts:event", args=[other.id])
        assert auditor.browser.get(address).status_code == 404
    table = download(auditor.browser)
    assert [row["event_id"] for row in table] == [str(mine.id)]


@pytest.mark.parametrize("who", ["procurement", "legal"])
def test_who_may_not_read_the_log_does_not(who: str, request: pytest.FixtureRequest) -> None:
    person: Person = request.getfixturevalue(who)
    for name in ("log", "log_csv"):
        assert person.browser.get(reverse(f"accounts:{name}")).status_code == 403


def test_events_are_found_by_type_actor_subject_and_day(admin: Person, unit: BusinessUnit) -> None:
    pia = Person(make_user(Role.PROCUREMENT, unit, name="Pia", email="pia@example.com"))
    by_pia = happen(unit, by=pia.principal)
    by_system = happen(unit)
    client = make_api_client(unit, name="SAP")
    added = Event.objects.get(type="api_client.added")
    by_client = happen(
        unit, by=Principal("client", str(client.public_id), "SAP", (Grant(None, frozenset()),))
    )
    browser = admin.browser
    assert listed(browser, "type=api_client.added") == [added.id]
    assert listed(browser, "actor=pia@ex") == [by_pia.id]
    assert listed(browser, "actor=sap") == [by_client.id]
    assert listed(browser, "actor=Surety") == [added.id, by_system.id]
    assert listed(browser, f"about={by_pia.aggregate_id}") == [by_pia.id]
    day = by_pia.occurred_at.date().isoformat()
    assert len(listed(browser, f"since={day}&until={day}")) == 4
    assert listed(browser, "until=2020-01-01") == []
    assert listed(browser, "actor=nobody+at+all") == []


def test_a_filter_that_makes_no_sense_says_so_at_its_field(admin: Person) -> None:
    answer = admin.browser.get(f"{reverse('accounts:log')}?since=2026-02-02&until=2026-01-01")
    assert list(answer.context["form"].errors) == ["until"]
    assert "Choose a day that is not before the first one." in answer.content.decode()


def test_the_log_is_paged_by_key_newest_first(admin: Person, unit: BusinessUnit) -> None:
    events = [happen(unit) for _ in range(120)]
    newest = [event.id for event in reversed(events)]
    page = admin.browser.get(reverse("accounts:log")).context["page"]
    assert [event.id for event in page.rows] == newest[:50]
    assert page.previous is None
    assert listed(admin.browser, f"after={page.next}") == newest[50:100]
    third = admin.browser.get(f"{reverse('accounts:log')}?after={page.next}").context["page"]
    assert listed(admin.browser, f"after={third.next}") == newest[100:]
    assert listed(admin.browser, f"before={third.previous}") == newest[:50]


def test_the_log_costs_the_same_queries_however_many_actors(
    admin: Person, unit: BusinessUnit, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser = admin.browser
    for _ in range(30):
        happen(unit, by=Person(make_user(Role.PROCUREMENT, unit)).principal)
    with django_assert_max_num_queries(9):
        browser.get(reverse("accounts:log"))


def test_an_event_is_said_in_plain_words_with_who_did_it(
    admin: Person, api_client: Program
) -> None:
    api_clients.switch(client=api_client.client, active=False, by=admin.principal)
    page = admin.browser.get(reverse("accounts:log")).content.decode()
    assert "API client switched on or off: ERP" in page
    assert "Ada Admin" in page
    assert reverse("accounts:api_client", args=[api_client.client.public_id]) in page


def test_an_event_type_without_words_is_still_readable(unit: BusinessUnit) -> None:
    assert log.type_words("contract.renewed_early") == "Contract renewed early"


def test_a_finding_is_named_by_its_kind_in_words() -> None:
    event = Event(type="finding.opened", data={"kind": "site.audit", "severity": "high"})
    assert log.sentence(event) == "Finding raised: Found in an audit of a site, high"


def test_every_sentence_can_be_said_even_about_an_event_that_lacks_the_values() -> None:
    for event_type in event_words.SENTENCES:
        event = Event(type=event_type, data={})
        assert log.sentence(event)
        assert "{" not in log.sentence(event)
        assert "{" not in log.type_words(event_type)
    names = [words for _type, words in log.types()]
    assert len(names) == len(set(names))


def test_every_event_that_the_code_can_record_has_words_and_its_subject_a_name() -> None:
    for app in ("accounts", "assessments", "scoring"):
        events = import_module(f"{app}.events")
        for payload in vars(events).values():
            if (
                isinstance(payload, type)
                and issubclass(payload, Payload)
                and "type" in vars(payload)
            ):
                assert payload.type in event_words.SENTENCES
                assert payload.aggregate_type in event_words.SUBJECTS


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_anchor")
def test_the_log_tells_what_is_sealed_and_what_is_not_yet(
    admin: Person, unit: BusinessUnit
) -> None:
    happen(unit)
    seal_now()
    happen(unit)
    page = admin.browser.get(reverse("accounts:log")).content.decode()
    assert page.count("Sealed as no. 1") == 1
    assert page.count("Not sealed yet") == 1


@pytest.fixture
def _anchor(tmp_path: Path, settings: Settings) -> None:
    settings.AUDIT_ANCHOR_FILE = tmp_path / "anchor.jsonl"


def test_the_event_page_shows_everything_and_recomputes_the_digest(
    auditor: Person, unit: BusinessUnit
) -> None:
    event = happen(unit, "ACME")
    page = auditor.browser.get(reverse("accounts:event", args=[event.id])).content.decode()
    assert bytes(event.digest).hex() in page
    assert "ACME" in page
    assert "The entry is as it was written: it fits its digest." in page
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER append_only")
        cursor.execute("UPDATE audit_event SET actor_id = 'x'")
        cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER append_only")
    page = auditor.browser.get(reverse("accounts:event", args=[event.id])).content.decode()
    assert "does not fit its digest" in page


def test_erased_detail_is_said_to_be_erased(auditor: Person, unit: BusinessUnit) -> None:
    event = happen(unit, "ACME")
    EventDetail.objects.all().delete()
    page = auditor.browser.get(reverse("accounts:event", args=[event.id])).content.decode()
    assert "were erased" in page
    assert "ACME" not in page


def test_private_detail_is_hidden_from_a_role_without_the_right(
    auditor: Person, unit: BusinessUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = happen(unit, "ACME")
    less = ROLE_PERMISSIONS[Role.AUDITOR] - {Permission.VIEW_LOG_DETAIL}
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.AUDITOR, less)
    for address in (
        reverse("accounts:log"),
        reverse("accounts:event", args=[event.id]),
    ):
        assert "ACME" not in auditor.browser.get(address).content.decode()
    assert download(auditor.browser)[0]["detail"] == ""


def download(browser: Client, query: str = "") -> list[dict[str, str]]:
    answer = browser.get(f"{reverse('accounts:log_csv')}?{query}")
    assert answer.status_code == 200
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_csv_has_what_the_filter_lets_through_oldest_first(
    admin: Person, unit: BusinessUnit
) -> None:
    events = [happen(unit, f"Vendor {number}") for number in range(3)]
    make_api_client(unit)
    rows = download(admin.browser, "type=vendor.created")
    assert [row["event_id"] for row in rows] == [str(event.id) for event in events]
    assert json.loads(rows[0]["detail"]) == {"name": "Vendor 0"}
    assert rows[0]["who"] == "Surety"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_nothing_in_the_csv_is_a_formula(admin: Person, unit: BusinessUnit, start: str) -> None:
    evil = Person(make_user(Role.PROCUREMENT, unit, name=f"{start}HYPERLINK(1)"))
    happen(unit, by=evil.principal)
    assert download(admin.browser)[0]["who"] == f"'{start}HYPERLINK(1)"
