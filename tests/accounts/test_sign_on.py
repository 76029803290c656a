"""Signing in by a provider of the organisation's own, with a real one on this machine."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from accounts.models.session import SECOND_FACTOR
from accounts.permissions import Role
from accounts.services import delivery
from audit.models import Event
from config.single_sign_on import SignOnEnv
from tests.accounts import provider as providers
from tests.accounts.factors import grow_stale, with_app
from tests.accounts.provider import Provider
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def there() -> Iterator[Provider]:
    with providers.running() as provider:
        yield provider


@pytest.fixture(autouse=True)
def _set_up(settings: Any, there: Provider) -> None:
    cache.clear()
    providers.configure(settings, there)


@pytest.fixture
def ana() -> User:
    return make_user(Role.LEGAL, name="Ana", email="ana@example.com")


def is_in(browser: Client) -> bool:
    return browser.get(reverse("accounts:profile")).status_code == 200


def test_a_member_is_known_by_a_verified_address_and_then_by_the_providers_own_id(
    ana: User, there: Provider
) -> None:
    there.has("u1", email="Ana@Example.com", email_verified=True, name="Ana at the provider")
    first, second = Client(), Client()
    assert there.come_in(first, "u1")["Location"] == "/"
    assert is_in(first)
    assert Event.objects.get(type="member.sign_in_linked").aggregate_id == ana.pk
    delivery.deliver()
    assert [one.subject for one in mail.outbox] == ["You can sign in to Surety in another way"]
    # Another address there, of somebody else here even: the id counts from now on.
    make_user(Role.ADMINISTRATOR, email="boss@example.com")
    there.has("u1", email="boss@example.com", email_verified=True)
    there.come_in(second, "u1")
    assert second.session["_auth_user_id"] == str(ana.pk)
    ana.refresh_from_db()
    assert (ana.name, ana.email) == ("Ana", "ana@example.com")


@pytest.mark.parametrize("claim", [False, None, "false", "", 0, "yes"])
@pytest.mark.usefixtures("ana")
def test_an_address_that_is_not_verified_opens_nobodys_account(
    there: Provider, claim: object
) -> None:
    claims: dict[str, object] = {"email": "ana@example.com"}
    if claim is not None:
        claims["email_verified"] = claim
    there.has("mallory", **claims)
    browser = Client()
    answer = there.come_in(browser, "mallory")
    assert answer.status_code == 403
    assert "is verified" in answer.content.decode()
    assert not is_in(browser)
    assert not SocialAccount.objects.exists()


@pytest.mark.usefixtures("ana")
def test_a_domain_that_the_provider_answers_for_needs_no_word_of_it(
    settings: Any, there: Provider
) -> None:
    providers.configure(settings, there, domains=["example.com"])
    there.has("u2", email="ana@example.com")
    browser = Client()
    there.come_in(browser, "u2")
    assert is_in(browser)
    there.has("u3", email="ana@example.com", email_verified=False)
    assert there.come_in(Client(), "u3").status_code == 403


def test_whoever_is_no_member_stays_outside_and_no_account_is_made(there: Provider) -> None:
    there.has("u4", email="stranger@example.com", email_verified=True)
    answer = there.come_in(Client(), "u4")
    assert answer.status_code == 403
    assert "Nobody has an account here" in answer.content.decode()
    assert not User.objects.exists()


def test_an_account_that_is_switched_off_stays_so(ana: User, there: Provider) -> None:
    there.has("u5", email="ana@example.com", email_verified=True)
    linked = Client()
    there.come_in(linked, "u5")
    User.objects.filter(pk=ana.pk).update(is_active=False)
    browser = Client()
    answer = there.come_in(browser, "u5")
    assert answer.status_code == 403
    assert "switched off" in answer.content.decode()
    assert not is_in(browser)
    assert not is_in(linked)


@pytest.mark.parametrize("role", ["", "requester"])
def test_whoever_the_provider_sends_gets_an_account_where_that_is_set(
    settings: Any, there: Provider, role: str
) -> None:
    settings.SSO_AUTO_PROVISION, settings.SSO_NEW_ROLE = True, role
    there.has("u6", email="Neu@example.com", email_verified=True, name="Nora Neu")
    browser = Client()
    there.come_in(browser, "u6")
    user = User.objects.get()
    assert (user.name, user.email) == ("Nora Neu", "neu@example.com")
    assert not user.has_usable_password()
    held = [(one.role, one.unit_id) for one in Membership.objects.all()]
    assert held == ([(role, None)] if role else [])
    event = Event.objects.get(type="member.provisioned")
    assert event.data == {"provider": "oidc", "role": role}
    assert is_in(browser)


def test_what_the_provider_tells_and_its_tokens_are_not_kept(ana: User, there: Provider) -> None:
    there.has("u7", email="ana@example.com", email_verified=True, picture="https://x.example/p")
    for _time in range(2):
        there.come_in(Client(), "u7")
    assert SocialAccount.objects.get(user=ana).extra_data == {}
    assert not SocialToken.objects.exists()


def test_who_comes_in_and_who_is_refused_is_a_line_of_the_log_without_the_address(
    ana: User, there: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    there.has("u8", email="ana@example.com", email_verified=True)
    there.come_in(Client(), "u8")
    there.has("u9", email="stranger@example.com", email_verified=True)
    there.come_in(Client(), "u9")
    Client().get(reverse("openid_connect_callback", args=["oidc"]), {"state": "made-up"})
    said = [one.msg for one in caplog.records if isinstance(one.msg, dict)]
    found = [one for one in said if one["event"].startswith("sign_in.")]
    assert [(one["event"], one["by"], one.get("reason")) for one in found] == [
        ("sign_in.done", ["oidc"], None),
        ("sign_in.failed", ["oidc"], "not_admitted"),
        ("sign_in.failed", ["oidc"], "unknown"),
    ]
    assert [one["user_id"] for one in found] == [str(ana.pk), None, None]
    assert "@" not in str(found)


def test_a_provider_that_does_not_answer_is_a_line_of_the_log(
    settings: Any, there: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    providers.configure(settings, there, issuer="http://localhost:9")
    answer = Client().get(reverse("openid_connect_login", kwargs={"provider_id": "oidc"}))
    assert answer.status_code == 503
    said = [one.msg for one in caplog.records if isinstance(one.msg, dict)]
    [line] = [one for one in said if one["event"].startswith("sign_in.")]
    assert (line["event"], line["by"], line["reason"]) == ("sign_in.failed", ["oidc"], "no_answer")


# --- the exchange -----------------------------------------------------------------------------


def test_the_code_is_bound_to_the_browser_that_asked_by_pkce_and_state(
    ana: User, there: Provider
) -> None:
    there.has("u8", email="ana@example.com", email_verified=True)
    begun = Client().get(reverse("openid_connect_login", kwargs={"provider_id": "oidc"}))
    asked = parse_qs(urlsplit(begun["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    victim, thief = Client(), Client()
    back = there.way_back(victim, "u8")
    answer = thief.get(back)
    assert answer.status_code == 401
    assert not is_in(thief)
    victim.get(back)
    assert is_in(victim)
    assert there.tokens[-1]["code_verifier"]
    # And the way back leads in once only.
    assert victim.get(back).status_code == 401


def test_a_code_that_the_provider_does_not_know_leads_nowhere(there: Provider, ana: User) -> None:
    there.has("u9", email="ana@example.com", email_verified=True)
    browser = Client()
    back = urlsplit(there.way_back(browser, "u9"))
    state = parse_qs(back.query)["state"][0]
    answer = browser.get(back.path, {"code": "made-up", "state": state})
    assert answer.status_code == 401
    assert not is_in(browser)


def test_a_provider_that_is_away_or_another_than_was_set_is_said_on_a_page(
    settings: Any, there: Provider, ana: User
) -> None:
    there.has("u10", email="ana@example.com", email_verified=True)
    browser = Client()
    back = there.way_back(browser, "u10")
    there.calls_itself = "https://elsewhere.example"
    try:
        assert browser.get(back).status_code == 401
    finally:
        there.calls_itself = ""
    assert not is_in(browser)
    providers.configure(settings, there, issuer="http://localhost:9")
    answer = Client().get(reverse("openid_connect_login", kwargs={"provider_id": "oidc"}))
    assert answer.status_code == 503
    assert "The provider did not answer" in answer.content.decode()


def test_nobody_is_led_to_another_site_afterwards(ana: User, there: Provider) -> None:
    there.has("u11", email="ana@example.com", email_verified=True)
    answer = there.come_in(Client(), "u11", next="https://elsewhere.example/")
    assert answer["Location"] == "/"
    answer = there.come_in(Client(), "u11", next=reverse("accounts:profile"))
    assert answer["Location"] == reverse("accounts:profile")


# --- second factors, passwords, proof ----------------------------------------------------------


def test_a_second_factor_that_the_provider_has_asked_for_counts(ana: User, there: Provider) -> None:
    with_app(ana)
    there.has("u12", email="ana@example.com", email_verified=True, amr=["pwd", "mfa"])
    browser = Client()
    assert there.come_in(browser, "u12")["Location"] == "/"
    assert browser.session[SECOND_FACTOR]
    assert is_in(browser)


def test_without_its_word_ours_is_asked_for(settings: Any, ana: User, there: Provider) -> None:
    app = with_app(ana)
    there.has("u13", email="ana@example.com", email_verified=True, amr=["pwd"])
    browser = Client()
    assert there.come_in(browser, "u13")["Location"] == reverse("mfa_authenticate")
    assert not is_in(browser)
    browser.post(reverse("mfa_authenticate"), {"code": app.code()})
    assert is_in(browser)
    settings.MFA_REQUIRED_ROLES = frozenset({"legal"})
    make_user(Role.LEGAL, email="bea@example.com")
    there.has("u14", email="bea@example.com", email_verified=True)
    hers = Client()
    there.come_in(hers, "u14")
    assert hers.get("/")["Location"] == reverse("accounts:second_factor")


def test_who_has_no_password_sees_no_page_about_one(ana: User, there: Provider) -> None:
    ana.set_unusable_password()
    ana.save()
    there.has("u15", email="ana@example.com", email_verified=True)
    browser = Client()
    there.come_in(browser, "u15")
    page = browser.get(reverse("accounts:profile")).content.decode()
    assert "Change password" not in page
    assert "Example ID" in page
    answer = browser.get(reverse("account_change_password"))
    assert answer["Location"] == reverse("accounts:profile")
    delivery.deliver()
    mail.outbox.clear()
    Client().post(reverse("account_reset_password"), {"email": "ana@example.com"})
    delivery.deliver()
    [letter] = mail.outbox
    assert letter.subject == "You have no password for Surety"
    assert "/password/reset/key/" not in str(letter.body)


def test_who_has_nothing_else_proves_who_they_are_at_the_provider(
    ana: User, there: Provider
) -> None:
    Membership.objects.create(user=ana, role=Role.ADMINISTRATOR)
    ana.set_unusable_password()
    ana.save()
    there.has("u16", email="ana@example.com", email_verified=True)
    browser = Client()
    there.come_in(browser, "u16")
    grow_stale(browser)
    add = reverse("accounts:member_add")
    page = browser.post(add, {"name": "Mai"}).content.decode()
    assert "prompt%3Dlogin" in page
    assert "Mai" in page
    there.come_in(browser, "u16", auth_params="prompt=login", next=reverse("account_proved"))
    assert browser.post(add, {"name": "Mai"}).status_code == 200


def test_a_sign_in_at_the_provider_of_hours_ago_is_no_proof_of_now(
    ana: User, there: Provider
) -> None:
    Membership.objects.create(user=ana, role=Role.ADMINISTRATOR)
    said = {"email": "ana@example.com", "email_verified": True}
    there.has("u17", **said, auth_time=int(time.time()) - 3600)
    browser = Client()
    there.come_in(browser, "u17")
    assert is_in(browser)
    answer = browser.post(reverse("accounts:member_add"), {"name": "Mai"})
    assert answer.status_code == 403


def test_the_page_to_sign_in_offers_it_and_keeps_where_one_wanted_to_go() -> None:
    make_user(email="ana@example.com")
    page = Client().get(reverse("account_login"), {"next": "/profile/"}).content.decode()
    assert "Sign in with Example ID" in page
    assert "/accounts/oidc/oidc/?process=login&amp;next=%2Fprofile%2F" in page


def test_without_a_provider_there_is_nothing(settings: Any) -> None:
    settings.SIGN_ON, settings.SOCIALACCOUNT_PROVIDERS = {}, {}
    make_user(email="ana@example.com")
    assert "Sign in with Example ID" not in Client().get("/accounts/login/").content.decode()
    for name in ("openid_connect_login", "openid_connect_callback"):
        address = reverse(name, kwargs={"provider_id": "oidc"})
        assert Client().get(address).status_code == 404


# --- settings ---------------------------------------------------------------------------------


def test_the_settings_make_a_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_ISSUER", "https://id.example.com/")
    monkeypatch.setenv("OIDC_CLIENT_ID", "surety")
    monkeypatch.setenv("OIDC_CLIENT_SECRET", "secret")
    monkeypatch.setenv("OIDC_EMAIL_DOMAINS", "Example.com, example.org")
    env = SignOnEnv()
    assert env.sign_on()["oidc"]["domains"] == ["example.com", "example.org"]
    [app] = env.providers()["openid_connect"]["APPS"]
    assert app["settings"]["server_url"] == "https://id.example.com"
    assert app["settings"]["oauth_pkce_enabled"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"OIDC_ISSUER": "http://id.example.com"}, "https://"),
        ({"OIDC_ISSUER": "https://id.example.com"}, "OIDC_CLIENT_ID"),
        ({"SAML_METADATA": "/x.xml"}, "SAML_EMAIL_DOMAINS"),
        ({"SAML_METADATA": "https://id.example.com/m"}, "SAML_ENTITY_ID"),
        ({"SSO_NEW_ROLE": "king"}, "no role king"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], said: str
) -> None:
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=said):
        SignOnEnv()
