"""Nobody is led to another site, whatever an address or a form asks for."""

from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import BusinessUnit, Notification
from assessments.services.questionnaires import builtin
from audit import clock
from tests.access.matrix import lines
from tests.access.world import make_world
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.assessments import small_questionnaire
from tests.house.code import APPS, files, text
from tests.personas import Person

pytestmark = pytest.mark.django_db

AWAY = [
    "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example",
    "\\\\evil.example", "https:evil.example", "http:///evil.example", "/\t/evil.example",
    "javascript:alert(1)", "data:text/html,x", "/%09/evil.example", " //evil.example",
    "https://testserver@evil.example/", "https://testserver.evil.example/",
]  # fmt: skip
NAMES = (
    "next",
    "back",
    "return",
    "return_to",
    "url",
    "redirect",
    "redirect_to",
    "to",
    "from",
    "go",
)


def _leads_away(location: str) -> bool:
    """Whether a browser would go to another site, or run something."""
    plain = "".join(one for one in location if one > " ").replace("\\", "/")
    parts = urlsplit(plain)
    if parts.scheme not in {"", "http", "https"} or plain.startswith("//"):
        return True
    # "https:evil.example" leads there from a page that came by http.
    return parts.netloc != "testserver" if parts.scheme else bool(parts.netloc)


@pytest.mark.parametrize("target", AWAY)
def test_signing_in_and_out_and_choosing_lead_to_our_own_pages(target: str, admin: Person) -> None:
    make_user(email="ana@example.com")
    asked = [
        (Client(), "account_login", {"login": "ana@example.com", "password": PASSWORD}),
        (admin.browser, "accounts:unit", {"unit": ""}),
        (Client(), "portal:language", {"language": "de"}),
        (admin.browser, "account_logout", {}),
    ]
    for client, name, form in asked:
        path = reverse(name)
        for where, data in ((path, {**form, "next": target}), (f"{path}?next=", form)):
            answer = client.post(where + (target if where.endswith("=") else ""), data)
            assert answer.status_code in (200, 302), name
            assert not _leads_away(answer.headers.get("Location", "")), (name, target)


def test_no_page_follows_an_address_that_it_is_given(unit: BusinessUnit, admin: Person) -> None:
    builtin()
    world = make_world(unit, small_questionnaire(), word="Quillfeather")
    given = dict.fromkeys(NAMES, "https://evil.example/")
    wrong, led = [], 0
    for line in lines():
        if line.is_api or line.name == "account_logout":
            continue
        path = reverse(line.name, kwargs=world.named(line))
        with transaction.atomic():
            if line.method == "POST":
                data = {**world.sent(line), **given}
                answer = admin.browser.post(
                    path, data, headers={"Referer": "https://evil.example/"}
                )
            else:
                answer = admin.browser.get(
                    path, given, headers={"Referer": "https://evil.example/"}
                )
            location = answer.headers.get("Location", "") + answer.headers.get("HX-Redirect", "")
            transaction.set_rollback(True)
        led += bool(location)
        if _leads_away(location):
            wrong.append(f"{line}: {location}")
    assert wrong == []
    assert led > 20


def test_a_notification_leads_to_a_page_of_ours(admin: Person) -> None:
    told = Notification.objects.create(
        user=admin.user,
        kind="test",
        title="x",
        url="https://evil.example/",
        occasion="x",
        created_at=clock.now(),
    )
    answer = admin.browser.get(reverse("accounts:notification_open", args=[told.pk]))
    assert not _leads_away(answer.headers.get("Location", ""))


def test_whoever_is_led_on_by_an_address_from_outside_is_asked_for_by_one_rule() -> None:
    """What reads where to go from a request looks at it by the framework's rule."""
    reads = [
        name
        for name in files(".py", under=APPS)
        if 'POST.get("next"' in text(name) or 'GET.get("next"' in text(name)
    ]
    without = [name for name in reads if "url_has_allowed_host_and_scheme" not in text(name)]
    # The portal lets in nothing but what begins with its own path.
    assert without == ["assessments/portal/entering.py"]
    assert len(reads) >= 5


@pytest.mark.parametrize("target", AWAY)
def test_an_address_that_leads_away_would_be_found(target: str) -> None:
    if "%09" not in target:
        assert _leads_away(target)
