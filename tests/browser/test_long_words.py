"""Words without a place to break, in everything that people can write, on a narrow window."""

import pytest
from django.conf import settings
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from assessments.models import Assessment
from assessments.services.questionnaires import builtin
from tests.abuse.planting import Payload, plant
from tests.access.matrix import lines
from tests.access.world import make_world
from tests.browser.conftest import OpenPage, assert_fits
from tests.factories.assessments import small_questionnaire
from tests.factories.scoring import score
from tests.personas import Person

pytestmark = pytest.mark.browser

#: Longer than the longest word that a dictionary of German has; addresses of files are such, too.
WORD = Payload(
    long="Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz_v2_final",
    short="Wwwwwwwwwwwww",
    address="https://files.example/" + "a" * 60,
)


def test_long_words_make_no_page_wider_than_a_narrow_window(
    unit: BusinessUnit,
    admin: Person,
    legal: Person,
    live_server: LiveServer,
    open_page: OpenPage,
    request: pytest.FixtureRequest,
) -> None:
    builtin()
    world = make_world(unit, small_questionnaire(), word="Quillfeather")
    for assessment in Assessment.objects.all():
        score(assessment, "assessment.opened")
    plant(WORD, request)
    wrong, shown = [], 0
    for who, person in (("admin", admin), ("legal", legal)):
        page = open_page(width=400, height=800)
        cookie = settings.SESSION_COOKIE_NAME
        value = person.browser.cookies[cookie].value
        page.context.add_cookies([{"name": cookie, "value": value, "url": live_server.url}])
        for line in lines():
            first = next((one for one in ("admin", "legal") if line.expected[one] == "200"), None)
            if line.method != "GET" or line.is_api or first != who:
                continue
            path = reverse(line.name, kwargs=world.named(line))
            kind = person.browser.get(path).headers["Content-Type"]
            if not kind.startswith("text/html") or line.name == "api-docs":
                continue
            page.goto(path, wait_until="load")
            shown += "Rindfleisch" in page.content()
            try:
                assert_fits(page)
            except AssertionError as found:
                wrong.append(f"{line}: {str(found).splitlines()[0]}")
    assert not wrong, "\n".join(wrong)
    assert shown > 150
