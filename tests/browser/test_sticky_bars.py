"""What has the focus is never beneath a bar that stays in sight."""

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from tests.browser.conftest import OpenPage
from tests.browser.test_score_pages import sign_in
from tests.factories.methods import make_draft
from tests.factories.scoring import scored
from tests.personas import Person

pytestmark = pytest.mark.browser

#: What has the focus and lies beneath a bar: its name; else "".
COVERED = """() => {
  const on = document.activeElement, box = on.getBoundingClientRect();
  for (const bar of document.querySelectorAll(".save-bar, .bar-sticky, .page-index")) {
    const there = bar.getBoundingClientRect();
    if (getComputedStyle(bar).position !== "sticky" || bar.contains(on) || !box.height) continue;
    if (box.bottom > there.top + 1 && box.top < there.bottom - 1) return on.name || on.textContent;
  }
  return "";
}"""


@pytest.mark.parametrize(("width", "height"), [(1280, 600), (400, 700)])
def test_tab_leads_through_long_pages_with_the_focus_in_sight(
    open_page: OpenPage,
    live_server: LiveServer,
    admin: Person,
    unit: BusinessUnit,
    width: int,
    height: int,
) -> None:
    assessment = scored(unit)
    page = open_page(width=width, height=height)
    sign_in(page, admin, live_server)
    for address in (f"/methods/{make_draft().pk}/edit/", f"/vendors/{assessment.vendor_id}/"):
        page.goto(address)
        for _press in range(70):
            page.keyboard.press("Tab")
            assert page.evaluate(COVERED) == "", address
