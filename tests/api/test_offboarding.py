"""The off-boarding of an engagement over the API, to read."""

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from tests.api.programs import make_program
from tests.factories.offboarding import start_offboarding, waive_rest
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Program
from vendors.models import Engagement
from vendors.services import offboarding

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit)


def address(engagement: Engagement) -> str:
    return f"/api/v1/engagements/{engagement.pk}/offboarding"


def test_an_engagement_that_goes_on_has_none(api_client: Program, engagement: Engagement) -> None:
    assert api_client.browser.get(address(engagement)).status_code == 404


def test_the_lines_say_how_far_the_end_is(api_client: Program, engagement: Engagement) -> None:
    started = start_offboarding(engagement)
    begun = api_client.browser.get(address(engagement))
    told = begun.json()
    assert (told["status"], told["last_day"], told["lines_settled"]) == ("open", "2026-12-31", 0)
    assert told["lines_count"] == len(told["lines"]) > 0
    assert all(one["title"] and one["status"] == "open" for one in told["lines"])
    tag = begun.headers["ETag"]
    unchanged = api_client.browser.get(address(engagement), headers={"If-None-Match": tag})
    assert unchanged.status_code == 304
    waive_rest(started)
    offboarding.close(offboarding=started, version=1, by=SYSTEM)
    ended = api_client.browser.get(address(engagement), headers={"If-None-Match": tag}).json()
    assert (ended["status"], ended["lines_settled"]) == ("closed", ended["lines_count"])
    assert len(ended["sha256"]) == 64


def test_one_that_was_cancelled_is_not_told(api_client: Program, engagement: Engagement) -> None:
    started = start_offboarding(engagement)
    offboarding.cancel(offboarding=started, version=1, reason="Renewed", by=SYSTEM)
    assert api_client.browser.get(address(engagement)).status_code == 404


def test_another_unit_and_a_client_without_the_scope_read_nothing(
    outsider_client: Program, engagement: Engagement, unit: BusinessUnit
) -> None:
    start_offboarding(engagement)
    assert outsider_client.browser.get(address(engagement)).status_code == 404
    scores = make_program(unit, "scores:read")
    assert scores.browser.get(address(engagement)).status_code == 403
    assert Program(scores.client, "srt_none").browser.get(address(engagement)).status_code == 401
