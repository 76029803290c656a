"""Second factors: set up, asked for at sign-in, lost, reset, and required by role."""

import re
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as installation
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import Session, User
from accounts.models.session import SECOND_FACTOR
from accounts.permissions import Role
from accounts.scoping import NotAllowed
from accounts.selectors.second_factor import factors_of
from accounts.services import delivery, second_factor
from audit.models import Event
from tests.access.matrix import Line, lines
from tests.accounts.factors import App, grow_stale, signed_in, with_app
from tests.factories.accounts import PASSWORD, make_user
from tests.personas import Person

pytestmark = pytest.mark.django_db
PAGE = "accounts:second_factor"
#: What somebody without the factor that their role takes may ask for: nothing of it needs it.
OPEN = {
    "healthz", "readyz", "metrics", "openapi", "api_nothing_here", "oauth_token",
    "account_login", "account_logout", "accounts:unsubscribe", "scoring:calendar",
    "accounts:second_factor", "accounts:factor_app", "accounts:factor_key_add",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


@pytest.fixture
def ana() -> User:
    return make_user(Role.LEGAL, name="Ana", email="ana@example.com")


def is_in(browser: Client) -> bool:
    return browser.get(reverse("accounts:profile")).status_code == 200


def events_of(user: User) -> list[str]:
    found = Event.objects.filter(aggregate_id=user.pk).order_by("position")
    return list(found.values_list("type", flat=True))


def letters() -> list[str]:
    delivery.deliver()
    return [str(one.subject) for one in mail.outbox]


def password(browser: Client) -> None:
    browser.post(reverse("account_login"), {"login": "ana@example.com", "password": PASSWORD})


def set_up(browser: Client) -> App:
    """Through the page, as a person with a telephone does it."""
    page = browser.get(reverse("accounts:factor_app"))
    secret = page.context["secret"].replace(" ", "")
    answer = browser.post(reverse("accounts:factor_app"), {"code": App(secret, []).code()})
    return App(secret, answer.context["codes"])


def test_an_app_is_set_up_by_a_picture_or_a_text_and_a_code_and_codes_are_shown_once(
    ana: User,
) -> None:
    browser = signed_in(ana)
    page = browser.get(reverse("accounts:factor_app")).content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    assert re.search(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", page)
    app = set_up(browser)
    assert len(set(app.codes)) == 10
    assert factors_of(ana).any
    shown = browser.get(reverse(PAGE)).content.decode()
    assert "You have 10 codes left." in shown
    assert app.codes[0] not in shown
    assert events_of(ana) == ["member.factor_added", "member.recovery_codes_made"]
    assert letters() == ["An authenticator app was set up for Surety"]


def test_a_wrong_code_sets_nothing_up_and_keeps_the_secret_on_the_page(ana: User) -> None:
    browser = signed_in(ana)
    before = browser.get(reverse("accounts:factor_app")).context["secret"]
    answer = browser.post(reverse("accounts:factor_app"), {"code": "000000"})
    assert answer.context["secret"] == before
    assert "This code is not right" in answer.content.decode()
    assert not factors_of(ana).any


def test_what_is_kept_of_an_app_and_of_codes_cannot_be_read_from_the_database(ana: User) -> None:
    browser = signed_in(ana)
    shown = browser.get(reverse("accounts:factor_app")).context["secret"].replace(" ", "")
    assert shown not in str(dict(browser.session))
    app = with_app(ana)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert app.secret not in kept
    assert not any(code in kept for code in app.codes)


def test_apps_and_codes_outlive_a_new_secret_key(ana: User, settings: Any) -> None:
    app = with_app(ana)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-this-installation-" + "n" * 20
    call_command("reseal", stdout=StringIO())
    settings.SECRET_KEY_FALLBACKS = []
    assert is_in(signed_in(ana, app))
    browser = Client()
    password(browser)
    browser.post(reverse("mfa_authenticate"), {"code": app.codes[0]})
    assert is_in(browser)


def test_signing_in_takes_the_password_and_then_a_code_that_works_once(ana: User) -> None:
    app = with_app(ana)
    first, second = Client(), Client()
    code = app.code()
    for browser in (first, second):
        password(browser)
        assert not is_in(browser)
        browser.post(reverse("mfa_authenticate"), {"code": code})
    assert is_in(first)
    assert not is_in(second)


def test_a_code_read_along_does_not_work_when_its_half_minute_is_over(ana: User) -> None:
    """The library forgets a used code after half a minute, while clocks may be that much off."""
    app = with_app(ana)
    first, second = Client(), Client()
    code = app.code(steps=1)
    password(first)
    first.post(reverse("mfa_authenticate"), {"code": code})
    assert is_in(first)
    # What the library remembers runs out.
    cache.delete(f"allauth.mfa.totp.used?user={ana.pk}&code={code}")
    password(second)
    second.post(reverse("mfa_authenticate"), {"code": code})
    assert not is_in(second)


def test_five_wrong_codes_lock_the_second_step_even_for_the_right_one(ana: User) -> None:
    app = with_app(ana)
    browser = Client()
    password(browser)
    for number in range(5):
        browser.post(reverse("mfa_authenticate"), {"code": f"00000{number}"})
    answer = browser.post(reverse("mfa_authenticate"), {"code": app.code()})
    assert "Too many tries. Wait 15 minutes" in answer.content.decode()
    assert not is_in(browser)


def test_a_recovery_code_works_once_and_the_person_is_told_how_many_are_left(ana: User) -> None:
    app = with_app(ana)
    first, second = Client(), Client()
    for browser in (first, second):
        password(browser)
        browser.post(reverse("mfa_authenticate"), {"code": app.codes[3]})
    assert is_in(first)
    assert not is_in(second)
    assert Event.objects.get(type="member.recovery_code_used").data == {"left": 9}
    assert "A recovery code for Surety was used" in letters()


def test_new_codes_end_those_before_and_are_made_after_asking(ana: User) -> None:
    app = with_app(ana)
    browser = signed_in(ana, app)
    address = reverse("accounts:factor_codes")
    assert "Those you have now stop working." in browser.get(address).content.decode()
    made = browser.post(address).context["codes"]
    assert not set(made) & set(app.codes)
    other = Client()
    password(other)
    other.post(reverse("mfa_authenticate"), {"code": app.codes[0]})
    assert not is_in(other)
    other.post(reverse("mfa_authenticate"), {"code": made[0]})
    assert is_in(other)


def test_the_codes_can_be_kept_as_a_file(ana: User) -> None:
    import base64

    browser = signed_in(ana, with_app(ana))
    answer = browser.post(reverse("accounts:factor_codes"))
    text = base64.b64decode(answer.context["file"].partition("base64,")[2]).decode()
    assert all(code in text for code in answer.context["codes"])
    assert "ana@example.com" in text
    assert 'download="surety-recovery-codes.txt"' in answer.content.decode()


def test_the_first_factor_ends_sessions_that_know_nothing_of_it(ana: User) -> None:
    here, elsewhere = signed_in(ana), signed_in(ana)
    set_up(here)
    assert is_in(here)
    assert not is_in(elsewhere)


def test_a_removed_app_leaves_no_codes_behind_and_is_told(ana: User) -> None:
    browser = signed_in(ana, with_app(ana))
    browser.post(reverse("accounts:factor_app_remove"))
    assert not Authenticator.objects.filter(user=ana).exists()
    assert events_of(ana)[-1] == "member.factor_removed"
    assert "A second factor was removed from your account for Surety" in letters()
    assert is_in(signed_in(ana))


def test_setting_up_and_taking_away_take_a_fresh_proof(ana: User) -> None:
    browser = signed_in(ana)
    grow_stale(browser)
    assert "Is it still you?" in browser.get(reverse("accounts:factor_app")).content.decode()
    wrong = {"proof-reading": "1", "proof-password": "wrong"}
    assert browser.post(reverse("accounts:factor_app"), wrong).status_code == 403
    right = {"proof-reading": "1", "proof-password": PASSWORD}
    answer = browser.post(reverse("accounts:factor_app"), right)
    assert answer["Location"] == reverse("accounts:factor_app")
    assert "secret" in browser.get(reverse("accounts:factor_app")).context


# --- lost -------------------------------------------------------------------------------------


def test_an_administrator_of_all_units_resets_what_was_lost_with_a_reason(
    admin: Person, ana: User
) -> None:
    app = with_app(ana)
    hers = signed_in(ana, app)
    address = reverse("accounts:member_factor_reset", args=[ana.pk])
    assert "reason" in admin.browser.post(address, {"reason": " "}).context["form"].errors
    admin.browser.post(address, {"reason": "Telephone stolen; I called her back."})
    assert not Authenticator.objects.filter(user=ana).exists()
    assert not is_in(hers)
    event = Event.objects.get(type="member.factors_reset")
    assert event.detail.data["reason"] == "Telephone stolen; I called her back."
    assert (event.actor_kind, event.actor_id) == ("user", str(admin.user.pk))
    assert "Your second factor for Surety was reset" in letters()
    assert "Ada Admin" in str(mail.outbox[-1].body)
    assert is_in(signed_in(ana))


def test_nobody_else_resets_it_and_nobody_their_own(
    admin: Person, unit_admin: Person, legal: Person
) -> None:
    for person in (unit_admin, legal):
        with_app(person.user)
        with pytest.raises(NotAllowed):
            second_factor.reset(user=legal.user, reason="x", by=unit_admin.principal)
    with_app(admin.user)
    with pytest.raises(NotAllowed):
        second_factor.reset(user=admin.user, reason="x", by=admin.principal)
    with pytest.raises(NotAllowed):
        second_factor.remove_app(user=legal.user, agent="", by=admin.principal)


def test_the_last_administrator_is_helped_at_the_command_line(admin: Person) -> None:
    with_app(admin.user)
    call_command("reset_second_factor", admin.user.email, reason="Fell into the lake.")
    assert not factors_of(admin.user).any
    assert Event.objects.get(type="member.factors_reset").actor_kind == "system"
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody@example.com", reason="x")


# --- required by role -------------------------------------------------------------------------


@pytest.fixture
def _required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "MFA_REQUIRED_ROLES", frozenset({"administrator"}))


@pytest.mark.usefixtures("_required")
def test_whose_role_takes_one_is_led_to_it_from_every_address_and_writes_nothing(
    admin: Person,
) -> None:
    """Every address of the table of who may do what; one in ten of them written to as well."""
    seen = 0
    for line in lines():
        if line.name in OPEN or line.name.startswith(("api:", "portal:")):
            continue
        if line.method == "POST" and seen % 10:
            continue
        address = some_address(line)
        if address:
            seen += 1
            answer = admin.browser.generic(line.method, address)
            assert (answer.status_code, answer.get("Location")) == (302, reverse(PAGE)), line
    assert seen > 150
    assert not Event.objects.exists()


def some_address(line: Line) -> str:
    """The address of a line, naming whatever fits it; "" where nothing does."""
    for guess in ("6c1f0d0e-0000-7000-8000-000000000000", "1", "word"):
        try:
            return reverse(line.name, kwargs=dict.fromkeys(line.objects, guess))
        except NoReverseMatch:
            continue
    return ""


@pytest.mark.usefixtures("_required")
def test_it_is_set_up_and_everything_opens(admin: Person) -> None:
    browser = signed_in(admin.user)
    assert "Your role takes a second factor." in browser.get(reverse(PAGE)).content.decode()
    assert browser.get("/")["Location"] == reverse(PAGE)
    set_up(browser)
    assert browser.get(reverse("accounts:members")).status_code == 200


@pytest.mark.usefixtures("_required")
def test_who_signs_in_with_a_factor_gets_on_and_other_roles_are_not_asked(
    admin: Person, legal: Person
) -> None:
    browser = signed_in(admin.user, with_app(admin.user))
    assert browser.get(reverse("accounts:members")).status_code == 200
    assert legal.browser.get(reverse("accounts:profile")).status_code == 200


@pytest.mark.usefixtures("_required")
def test_a_role_that_takes_one_keeps_its_last_factor(admin: Person) -> None:
    browser = signed_in(admin.user, with_app(admin.user))
    answer = browser.post(reverse("accounts:factor_app_remove"))
    assert "Set up another one first." in answer.content.decode()
    assert factors_of(admin.user).any


@pytest.mark.usefixtures("_required")
def test_a_session_without_the_factor_that_there_is_signs_in_again(admin: Person) -> None:
    browser = signed_in(admin.user)
    secret_browser = Session.objects.get(user=admin.user)
    with_app(admin.user)
    secret_browser.save()
    assert browser.get("/")["Location"].startswith(reverse("account_login"))
    assert not browser.session.get(SECOND_FACTOR)


@pytest.mark.usefixtures("_required")
def test_what_was_typed_meanwhile_is_not_lost(admin: Person) -> None:
    answer = admin.browser.post(
        reverse("accounts:member_add"), {"name": "Mai Tran", "email": "mai@example.com"}
    )
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Mai Tran" in page
    assert "A second factor first" in page
    part = admin.browser.get(reverse("scoring:work_count"), headers={"HX-Request": "true"})
    assert part.status_code == 401


@pytest.mark.usefixtures("_required")
def test_programs_are_not_asked_for_a_second_factor(request: pytest.FixtureRequest) -> None:
    program = request.getfixturevalue("api_client")
    assert program.browser.get(reverse("api:vendors")).status_code == 200


@pytest.mark.parametrize(
    ("value", "roles"),
    [
        ("", set()),
        ("administrator, Legal", {"administrator", "legal"}),
        ("all", set(Role.values)),
    ],
)
def test_the_setting_names_roles(
    monkeypatch: pytest.MonkeyPatch, value: str, roles: set[str]
) -> None:
    from config.sign_in import ROLES, SignInEnv

    monkeypatch.setenv("MFA_REQUIRED_ROLES", value)
    assert SignInEnv().mfa_roles() == roles
    assert set(ROLES) == set(Role.values)


def test_a_role_that_there_is_not_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    from pydantic import ValidationError

    from config.sign_in import SignInEnv

    monkeypatch.setenv("MFA_REQUIRED_ROLES", "administrators")
    with pytest.raises(ValidationError, match="there is no role administrators"):
        SignInEnv()
