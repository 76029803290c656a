"""Webhook endpoints as an administrator at a browser meets them."""

from datetime import timedelta

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import ApiClient, BusinessUnit
from audit import clock
from tests.browser.conftest import Look, OpenPage
from tests.factories.accounts import make_api_client
from tests.factories.webhooks import add_endpoint, delivered, give_up, make_delivery, tried
from tests.personas import Person
from webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.browser

URL = "https://erp.example/hooks"


@pytest.fixture
def erp(unit: BusinessUnit) -> ApiClient:
    return make_api_client(unit, name="SAP PRD")


def sign_in(page: Page, person: Person, live_server: LiveServer) -> None:
    cookie = person.browser.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "without"])
def test_an_endpoint_is_added_tried_and_its_secret_replaced(
    open_page: OpenPage,
    live_server: LiveServer,
    unit_admin: Person,
    erp: ApiClient,
    look: Look,
    javascript: bool,
) -> None:
    page = open_page(java_script_enabled=javascript)
    see = look if javascript else lambda *_: None
    sign_in(page, unit_admin, live_server)
    page.goto("/webhooks/")
    see(page, "webhooks-none")
    page.get_by_role("link", name="Add an endpoint").first.click()
    page.get_by_role("button", name="Add the endpoint").click()
    expect(page.get_by_role("link", name="API client")).to_be_visible()
    page.get_by_label("API client").select_option(label="SAP PRD")
    page.get_by_label("Address").fill(URL)
    page.get_by_label("Description").fill("Blocks suppliers in purchasing")
    page.get_by_text("Scores and decisions").click()
    page.get_by_label("A score has other points").check()
    see(page, "webhooks-add")
    page.get_by_role("button", name="Add the endpoint").click()
    expect(page.get_by_text("whsec_")).to_be_visible()
    see(page, "webhooks-secret")
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_text("Nothing was sent yet")).to_be_visible()
    page.get_by_role("button", name="Send a test message").click()
    expect(page.get_by_role("heading", name="A test message")).to_be_visible()
    see(page, "webhooks-test")
    page.get_by_role("link", name="Blocks suppliers in purchasing").click()
    page.get_by_role("link", name="Replace the secret").click()
    page.get_by_label("The old secret signs too for").select_option("168")
    see(page, "webhooks-rotate")
    page.get_by_role("button", name="Create the new secret").click()
    expect(page.get_by_text("The old secret signs too until")).to_be_visible()


def test_the_messages_of_an_endpoint_that_failed_are_found_and_sent_again(
    open_page: OpenPage,
    live_server: LiveServer,
    unit_admin: Person,
    erp: ApiClient,
    look: Look,
) -> None:
    long = "https://erp-integration.purchasing.example/inbound/surety/webhooks?tenant=0815"
    endpoint = add_endpoint(erp, long).endpoint
    now = clock.now()
    delivered(make_delivery(endpoint, type="score.changed"))
    tried(make_delivery(endpoint), status_code=503, trouble="answer", response="Come later")
    given_up = give_up(make_delivery(endpoint, type="decision.made"))
    Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=now - timedelta(hours=3))
    page = open_page()
    sign_in(page, unit_admin, live_server)
    page.goto("/webhooks/")
    look(page, "webhooks-list")
    page.get_by_role("link", name=endpoint.url).click()
    expect(page.get_by_text("Nothing was delivered since")).to_be_visible()
    look(page, "webhooks-endpoint")
    page.get_by_label("State").select_option("dead")
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name="Somebody has decided on an engagement").click()
    look(page, "webhooks-message")
    page.get_by_role("button", name="Send once more").click()
    expect(page.get_by_text("The message is being sent once more.")).to_be_visible()
    assert Delivery.objects.get(pk=given_up.pk).state == "waiting"


def test_an_endpoint_that_was_switched_off_says_what_to_do(
    open_page: OpenPage,
    live_server: LiveServer,
    unit_admin: Person,
    erp: ApiClient,
    look: Look,
) -> None:
    endpoint = add_endpoint(erp, URL).endpoint
    now = clock.now()
    Endpoint.objects.filter(pk=endpoint.pk).update(
        disabled_reason="failing", disabled_at=now, failing_since=now - timedelta(days=1)
    )
    page = open_page()
    sign_in(page, unit_admin, live_server)
    page.goto(f"/webhooks/{endpoint.pk}/")
    look(page, "webhooks-off")
    page.get_by_role("link", name="Switch on").click()
    look(page, "webhooks-switch-on")
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("The endpoint is switched on.")).to_be_visible()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete the endpoint").click()
    expect(page.get_by_text("No system is told yet")).to_be_visible()
