"""The pages of webhook endpoints and of their messages."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import ApiClient, BusinessUnit
from audit import clock
from tests.factories.accounts import make_api_client
from tests.factories.webhooks import add_endpoint, give_up, make_delivery, tried
from tests.personas import Person
from webhooks.models import Delivery, Endpoint
from webhooks.services import endpoints as service

pytestmark = pytest.mark.django_db

URL = "https://erp.example/hooks"


@pytest.fixture
def erp(unit: BusinessUnit) -> ApiClient:
    return make_api_client(unit, name="SAP PRD")


@pytest.fixture
def endpoint(erp: ApiClient) -> Endpoint:
    return add_endpoint(erp, URL).endpoint


def address(name: str, *args: object) -> str:
    return reverse(f"webhooks:{name}", args=args)


def read(person: Person, name: str, *args: object, query: str = "") -> str:
    answer = person.browser.get(address(name, *args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_has_no_endpoint_is_told_what_one_is_good_for(unit_admin: Person) -> None:
    said = read(unit_admin, "endpoints")
    assert "No system is told yet" in said
    assert address("endpoint_add") in said


def test_without_a_client_the_form_says_to_add_one_first(unit_admin: Person) -> None:
    assert "There is no API client yet" in read(unit_admin, "endpoint_add")


def test_an_endpoint_is_added_and_its_secret_is_shown_once(
    unit_admin: Person, erp: ApiClient
) -> None:
    answer = unit_admin.browser.post(
        address("endpoint_add"),
        {"client": str(erp.public_id), "url": URL, "event_types": ["score.changed"]},
    )
    endpoint = Endpoint.objects.get()
    [secret] = service.secrets_of(endpoint)
    assert secret in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert endpoint.event_types == ["score.changed"]
    assert secret not in read(unit_admin, "endpoint", endpoint.pk)


def test_what_was_typed_stays_in_the_form_when_it_is_refused(
    unit_admin: Person, erp: ApiClient
) -> None:
    answer = unit_admin.browser.post(
        address("endpoint_add"),
        {
            "client": str(erp.public_id),
            "url": "http://erp.example/",
            "description": "Blocks suppliers",
            "event_types": ["vendor.merged"],
        },
    )
    said = answer.content.decode()
    assert "Begin the address with https://." in said
    assert 'value="Blocks suppliers"' in said
    assert not Endpoint.objects.exists()
    ticked = answer.context["form"]["event_types"].value()
    assert ticked == ["vendor.merged"]


def test_the_list_says_how_each_endpoint_stands(unit_admin: Person, endpoint: Endpoint) -> None:
    give_up(make_delivery(endpoint))
    said = read(unit_admin, "endpoints")
    assert "SAP PRD" in said
    assert "Active" in said
    Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=clock.now())
    assert "Failing" in read(unit_admin, "endpoints")


def test_an_endpoint_says_in_plain_words_what_it_is_told(
    unit_admin: Person, unit: BusinessUnit
) -> None:
    client = make_api_client(unit, scopes=["vendors:read"])
    endpoint = add_endpoint(client, URL, ["vendor.merged", "score.changed"]).endpoint
    said = read(unit_admin, "endpoint", endpoint.pk)
    assert "Two records of one vendor became one" in said
    assert "Chosen, but the scopes of the client do not allow it: score.changed" in said


@pytest.mark.parametrize(
    ("reason", "what_to_do"),
    [
        ("failing", "put the receiver right"),
        ("gone", "enter the new address"),
        ("by_hand", "reads what it misses"),
    ],
)
def test_an_endpoint_that_is_off_says_why_and_what_to_do(
    unit_admin: Person, endpoint: Endpoint, reason: str, what_to_do: str
) -> None:
    now = clock.now()
    Endpoint.objects.filter(pk=endpoint.pk).update(
        disabled_reason=reason, disabled_at=now, failing_since=now - timedelta(days=1)
    )
    assert what_to_do in read(unit_admin, "endpoint", endpoint.pk)


def test_the_messages_are_listed_and_filtered(unit_admin: Person, endpoint: Endpoint) -> None:
    tried(make_delivery(endpoint), status_code=503, trouble="answer")
    give_up(make_delivery(endpoint, type="score.changed"))
    said = read(unit_admin, "endpoint", endpoint.pk)
    assert "503" in said
    assert "in 120 ms" in said

    def listed(query: str) -> list[str]:
        page = unit_admin.browser.get(address("endpoint", endpoint.pk) + query)
        return [one.type for one, _said in page.context["rows"]]

    assert listed("") == ["score.changed", "vendor.created"]
    assert listed("?state=dead") == ["score.changed"]
    assert listed("?type=vendor.created") == ["vendor.created"]
    assert "Nothing fits this filter" in read(
        unit_admin, "endpoint", endpoint.pk, query="?state=delivered"
    )


def test_a_page_of_messages_costs_the_same_queries_however_many_there_are(
    unit_admin: Person, endpoint: Endpoint
) -> None:
    def costs() -> list[int]:
        found = []
        for at in (address("endpoint", endpoint.pk), address("endpoints")):
            with CaptureQueriesContext(connection) as queries:
                unit_admin.browser.get(at)
            found.append(len(queries))
        return found

    make_delivery(endpoint)
    costs()
    one = costs()
    for number in range(5):
        tried(make_delivery(endpoint), trouble="timeout")
        add_endpoint(endpoint.client, f"{URL}/{number}")
    assert costs() == one


def test_a_message_shows_what_is_sent_and_what_became_of_each_attempt(
    unit_admin: Person, endpoint: Endpoint
) -> None:
    delivery = tried(
        make_delivery(endpoint), status_code=500, trouble="answer", response="<b>Oops</b>"
    )
    said = read(unit_admin, "delivery", endpoint.pk, delivery.pk)
    assert "The receiver answered with an error." in said
    assert "&lt;b&gt;Oops&lt;/b&gt;" in said
    assert "&quot;vendor.created&quot;" in said
    with clock.at(clock.now() + timedelta(seconds=80)):
        tried(delivery, trouble="timeout")
    assert "80 s later" in read(unit_admin, "delivery", endpoint.pk, delivery.pk)


def test_a_test_message_is_sent_from_the_page(unit_admin: Person, endpoint: Endpoint) -> None:
    answer = unit_admin.browser.post(address("endpoint_test", endpoint.pk))
    made = Delivery.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        address("delivery", endpoint.pk, made.pk),
    )
    assert "A test message" in read(unit_admin, "delivery", endpoint.pk, made.pk)


def test_messages_are_sent_once_more_one_by_one_or_all_that_were_given_up(
    unit_admin: Person, endpoint: Endpoint
) -> None:
    first, second = (give_up(make_delivery(endpoint)) for _ in range(2))
    unit_admin.browser.post(address("redeliver", endpoint.pk, first.pk))
    assert set(Delivery.objects.filter(state="waiting")) == {first}
    answer = unit_admin.browser.post(
        address("redeliver_all", endpoint.pk), {"hours": "24"}, follow=True
    )
    assert "1 message is being sent once more." in answer.content.decode()
    assert set(Delivery.objects.filter(state="waiting")) == {first, second}


def test_the_secret_is_replaced_with_time_to_change_over(
    unit_admin: Person, endpoint: Endpoint
) -> None:
    assert "Replace the secret" in read(unit_admin, "endpoint_secret", endpoint.pk)
    answer = unit_admin.browser.post(
        address("endpoint_secret", endpoint.pk), {"overlap_hours": "24"}
    )
    new, _old = service.secrets_of(endpoint)
    assert new in answer.content.decode()
    assert "The old secret signs too until" in answer.content.decode()
    assert "Old secret, signs until" in read(unit_admin, "endpoint", endpoint.pk)


def test_an_endpoint_is_switched_off_and_on_after_asking(
    unit_admin: Person, endpoint: Endpoint
) -> None:
    for enabled, asked in (("no", "Switch off https"), ("yes", "again?")):
        assert asked in read(unit_admin, "endpoint_switch", endpoint.pk)
        unit_admin.browser.post(address("endpoint_switch", endpoint.pk), {"enabled": enabled})
        endpoint.refresh_from_db()
        assert endpoint.enabled == (enabled == "yes")


def test_an_endpoint_is_deleted_after_asking(unit_admin: Person, endpoint: Endpoint) -> None:
    assert "Delete https" in read(unit_admin, "endpoint_delete", endpoint.pk)
    assert Endpoint.objects.exists()
    unit_admin.browser.post(address("endpoint_delete", endpoint.pk))
    assert not Endpoint.objects.exists()


def test_whoever_saves_late_sees_both_and_saves_again(
    unit_admin: Person, endpoint: Endpoint
) -> None:
    at = address("endpoint_edit", endpoint.pk)
    service.change(endpoint=endpoint, version=1, url=f"{URL}/theirs", by=unit_admin.principal)
    late = unit_admin.browser.post(at, {"url": f"{URL}/mine", "version": "1"})
    said = late.content.decode()
    assert late.status_code == 409
    assert f"{URL}/theirs" in said
    assert f"{URL}/mine" in said
    unit_admin.browser.post(at, {"url": f"{URL}/mine", "version": "2"})
    endpoint.refresh_from_db()
    assert endpoint.url == f"{URL}/mine"


def test_endpoints_of_other_units_and_unknown_messages_do_not_exist(
    unit_admin: Person, outsider_admin: Person, endpoint: Endpoint
) -> None:
    delivery = make_delivery(endpoint)
    for name, args in (("endpoint", [endpoint.pk]), ("delivery", [endpoint.pk, delivery.pk])):
        assert outsider_admin.browser.get(address(name, *args)).status_code == 404
    gone = address("delivery", endpoint.pk, UUID(int=1))
    assert unit_admin.browser.get(gone).status_code == 404
