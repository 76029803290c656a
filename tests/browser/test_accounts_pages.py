"""People, API clients and the log, as a person at a browser meets them."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import ApiClient, BusinessUnit, User
from accounts.permissions import Role
from accounts.principal import SYSTEM
from accounts.services import api_clients
from audit import clock
from audit.models import Event
from tests.audit.sample import seal_now
from tests.browser.conftest import AxeCheck, Shoot
from tests.factories.accounts import PASSWORD, make_api_client, make_key, make_user
from tests.personas import Person

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


def sign_in(page: Page, person: Person, live_server: LiveServer) -> None:
    cookie = person.browser.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )


def test_someone_signs_in_fails_first_and_signs_out(
    browser_page: Page, admin: Person, shoot: Shoot, assert_no_axe_violations: AxeCheck
) -> None:
    page = browser_page
    page.goto("/accounts/login/")
    shoot(page, "sign-in")
    assert_no_axe_violations(page)
    page.get_by_label("E-mail").fill(admin.user.email)
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("is not right").first).to_be_visible()
    shoot(page, "sign-in-refused")
    assert_no_axe_violations(page)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/profile/")
    expect(page.get_by_role("heading", name="Your profile")).to_be_visible()
    shoot(page, "profile")
    assert_no_axe_violations(page)
    page.goto("/accounts/password/change/")
    assert_no_axe_violations(page)
    page.goto("/accounts/logout/")
    shoot(page, "sign-out")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_member_is_added_and_found(
    browser_page: Page,
    live_server: LiveServer,
    admin: Person,
    unit: BusinessUnit,
    other_unit: BusinessUnit,
    shoot: Shoot,
    assert_no_axe_violations: AxeCheck,
) -> None:
    page = browser_page
    for number, role in enumerate(Role):
        make_user(role, [unit, other_unit][number % 2], name=f"{role.label} {number}")
    sign_in(page, admin, live_server)
    page.goto("/members/add/")
    assert_no_axe_violations(page)
    page.get_by_label("Name").fill("Trần Thị Mai")
    page.get_by_label("E-mail").fill("mai@example.com")
    page.get_by_label("Role").select_option("legal")
    page.get_by_label("Business unit", exact=True).select_option(str(unit.pk))
    page.get_by_role("button", name="Add member").click()
    expect(page.get_by_text("/accounts/password/reset/key/")).to_be_visible()
    shoot(page, "member-link")
    assert_no_axe_violations(page)
    page.goto("/members/")
    shoot(page, "members")
    assert_no_axe_violations(page)
    page.get_by_role("link", name="Trần Thị Mai").click()
    shoot(page, "member")
    assert_no_axe_violations(page)
    page.get_by_role("link", name="Switch off account").click()
    shoot(page, "member-switch-off")
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("can no longer sign in")).to_be_visible()
    assert not User.objects.get(email="mai@example.com").is_active


def test_an_api_client_gets_a_key(
    browser_page: Page,
    live_server: LiveServer,
    admin: Person,
    unit: BusinessUnit,
    shoot: Shoot,
    assert_no_axe_violations: AxeCheck,
) -> None:
    page = browser_page
    sign_in(page, admin, live_server)
    page.goto("/api-clients/")
    shoot(page, "api-clients-empty")
    assert_no_axe_violations(page)
    page.goto("/api-clients/add/")
    page.get_by_label("Name").fill("SAP PRD")
    page.get_by_label("Read scores").check()
    page.get_by_label(unit.name).check()
    shoot(page, "api-client-add")
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Create a key").click()
    page.get_by_label("Label").fill("production")
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Create key").click()
    expect(page.locator("#new-secret")).to_be_visible()
    shoot(page, "api-key-once")
    assert_no_axe_violations(page)
    page.get_by_role("link", name="I have copied it").click()
    client = ApiClient.objects.get()
    with clock.at(clock.now() - timedelta(days=3)):
        make_key(client)
    api_clients.revoke_key(key=client.keys.get(label=""), by=SYSTEM)
    page.reload()
    shoot(page, "api-client")
    assert_no_axe_violations(page)
    make_api_client(unit, name="Coupa")
    page.goto("/api-clients/")
    shoot(page, "api-clients")
    assert_no_axe_violations(page)


def test_the_log_is_read_filtered_and_opened(
    browser_page: Page,
    live_server: LiveServer,
    admin: Person,
    unit: BusinessUnit,
    shoot: Shoot,
    assert_no_axe_violations: AxeCheck,
) -> None:
    page = browser_page
    make_key(make_api_client(unit, name="SAP PRD"))
    admin.browser.post(
        "/members/add/",
        {"name": "Mai", "email": "mai@example.com", "role": "legal", "unit": str(unit.pk)},
    )
    seal_now()
    make_api_client(unit, name="Coupa")
    sign_in(page, admin, live_server)
    page.goto("/log/")
    expect(page.get_by_text("Not sealed yet")).to_have_count(1)
    shoot(page, "log")
    assert_no_axe_violations(page)
    unfold = page.get_by_role("button", name="Filters")
    if unfold.is_visible():
        unfold.click()
    page.get_by_label("What happened").select_option("member.added")
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name="Member added: Legal reviewer").click()
    expect(page.get_by_text("The entry is as it was written: it fits its digest.")).to_be_visible()
    shoot(page, "event")
    assert_no_axe_violations(page)
    assert Event.objects.count() == 5
