"""One visit of the vendor's people: every page wide and narrow, and what it says at the end."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from assessments.models import Invitation
from assessments.services import handover
from tests.browser.conftest import AxeCheck, OpenPage, Shoot, assert_fits
from tests.browser.visiting import let_pass
from tests.factories.portal import browser
from tests.personas import Person
from tests.portal.places import WORD, Place, furnished, ready

pytestmark = pytest.mark.browser

#: Sends the form of the section as it stands, with the answer of a page opened long ago.
_SEND = """(form, values) => {
  for (const [name, value] of Object.entries(values)) {
    for (const one of form.querySelectorAll(`[name="${name}"]`)) {
      if (one.type === "radio") one.checked = one.value === value;
      else one.value = value;
    }
  }
  HTMLFormElement.prototype.submit.call(form);
}"""


@pytest.fixture(autouse=True)
def _nobody_has_tried() -> None:
    cache.clear()


def _come_in(page: Page, invitation: Invitation, live_server: LiveServer) -> None:
    token = browser(invitation).cookies["portal"].value
    page.context.add_cookies([{"name": "portal", "value": token, "url": live_server.url}])


def _send(page: Page, place: Place) -> None:
    with page.expect_navigation():
        page.locator("form#answers").evaluate(_SEND, place.out_of_date())


def _walk(page: Page, place: Place, staff: Person) -> Iterator[str]:
    """Every page one after the other, in the browser: those to read, a conflict, the two ends."""
    for name, path in place.paths.items():
        response = page.goto(path)
        assert response is not None
        assert response.status == 200, name
        yield name
    page.goto(place.section)
    _send(page, place)
    yield "conflict"
    page.goto(place.section)
    let_pass(timedelta(hours=13))
    _send(page, place)
    yield "ended"
    assessment = place.invitation.assessment
    handover.take_back(assessment=assessment, reason=WORD, by=staff.principal)
    page.reload()
    yield "over"


def test_every_page_of_a_visit_is_accessible_and_fits_a_narrow_window(
    unit: BusinessUnit,
    admin: Person,
    live_server: LiveServer,
    open_page: OpenPage,
    assert_no_axe_violations: AxeCheck,
    shoot: Shoot,
) -> None:
    place, done = furnished(unit, admin), ready(unit)
    wrong = []

    def look(page: Page, name: str) -> None:
        try:
            assert_no_axe_violations(page)
            shoot(page, f"portal-page-{name}")
            for width in (400, 320):
                page.set_viewport_size({"width": width, "height": 800})
                assert_fits(page)
                if width == 400:
                    shoot(page, f"portal-page-{name}")
        except AssertionError as found:
            wrong.append(f"{name}: {found}")
        page.set_viewport_size({"width": 1280, "height": 900})

    finished = open_page()
    _come_in(finished, done.invitation, live_server)
    finished.goto(done.paths["submit"])
    look(finished, "submit")
    finished.locator("main form button[type=submit]").first.click()
    finished.wait_for_url(f"**{done.paths['receipt']}")
    look(finished, "receipt")
    page = open_page()
    _come_in(page, place.invitation, live_server)
    for name in _walk(page, place, admin):
        look(page, name)
    assert wrong == []
