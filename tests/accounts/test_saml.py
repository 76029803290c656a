"""Signing in by SAML: what a provider signed is taken, once, and nothing else is."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from lxml import etree

from accounts.models import User
from accounts.models.session import SECOND_FACTOR
from accounts.permissions import Role
from config.single_sign_on import SignOnEnv, identity_provider, saml_app
from tests.accounts.factors import with_app
from tests.accounts.identity_provider import OURS, IdentityProvider, id_in
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
HOST = "surety.example.com"
SLUG = {"organization_slug": "sso"}


@pytest.fixture(scope="module")
def idp() -> IdentityProvider:
    return IdentityProvider.new()


@pytest.fixture(autouse=True)
def _set_up(settings: Any, idp: IdentityProvider) -> None:
    cache.clear()
    settings.ALLOWED_HOSTS = [HOST]
    settings.SOCIALACCOUNT_PROVIDERS = {
        "saml": {"APPS": [saml_app(identity_provider(idp.metadata()), name="Example SAML")]}
    }
    settings.SIGN_ON = {
        "saml": {"name": "Example SAML", "domains": ["example.com"], "mfa": ["multipleauthn"]}
    }


@pytest.fixture(autouse=True)
def ana() -> User:
    return make_user(Role.LEGAL, name="Ana", email="ana@example.com")


def browser() -> Client:
    return Client(headers={"Host": HOST})


def asked(visitor: Client) -> str:
    """Press the button; the id of what we ask the provider."""
    begun = visitor.get(reverse("saml_login", kwargs=SLUG), {"process": "login"})
    assert begun["Location"].startswith("https://id.example.com/sso?")
    return id_in(begun["Location"])


def post(visitor: Client, answer: str) -> Any:
    """The provider's page posts its answer to us; what comes of it in the end."""
    first = visitor.post(reverse("saml_acs", kwargs=SLUG), {"SAMLResponse": answer})
    assert first.status_code == 302
    return visitor.get(first["Location"])


def is_in(visitor: Client) -> bool:
    return visitor.get(reverse("accounts:profile")).status_code == 200


def test_what_the_provider_signed_lets_a_member_in(idp: IdentityProvider, ana: User) -> None:
    visitor = browser()
    one = asked(visitor)
    post(visitor, idp.answer(one, idp.assertion(one)))
    assert is_in(visitor)
    linked = SocialAccount.objects.get()
    assert (linked.user_id, linked.provider, linked.uid) == (ana.pk, "saml", "id-of-ana")
    assert linked.extra_data == {}


def test_the_metadata_for_the_provider_say_where_answers_go_and_that_they_are_signed() -> None:
    page = browser().get(reverse("saml_metadata", kwargs=SLUG))
    assert page.status_code == 200
    root = etree.fromstring(page.content)
    assert root.get("entityID") == f"{OURS}/metadata/"
    names = {"md": "urn:oasis:names:tc:SAML:2.0:metadata"}
    service = root.find(".//md:AssertionConsumerService", names)
    assert service is not None
    assert service.get("Location") == f"{OURS}/acs/"
    sp = root.find(".//md:SPSSODescriptor", names)
    assert sp is not None
    assert sp.get("WantAssertionsSigned") == "true"


def refused(visitor: Client, answer: str) -> bool:
    said = post(visitor, answer)
    return said.status_code in {401, 403} and not is_in(visitor)


def test_an_answer_that_nobody_signed_is_refused(idp: IdentityProvider) -> None:
    visitor = browser()
    one = asked(visitor)
    assert refused(visitor, idp.answer(one, idp.assertion(one, sign=False)))


def test_an_answer_signed_by_somebody_else_is_refused(idp: IdentityProvider) -> None:
    visitor, forger = browser(), IdentityProvider.new()
    one = asked(visitor)
    assert refused(visitor, forger.answer(one, forger.assertion(one)))


def test_an_answer_that_was_changed_after_it_was_signed_is_refused(idp: IdentityProvider) -> None:
    make_user(Role.ADMINISTRATOR, email="boss@example.com")
    visitor = browser()
    one = asked(visitor)
    changed = idp.assertion(one).replace("ana@example.com", "boss@example.com")
    assert refused(visitor, idp.answer(one, changed))


def test_a_forged_assertion_beside_a_signed_one_is_refused(idp: IdentityProvider) -> None:
    """Signature wrapping: the signature is good, and of something else than what is read."""
    visitor = browser()
    one = asked(visitor)
    signed = idp.assertion(one)
    forged = idp.assertion(one, email="boss@example.com", uid="boss", sign=False)
    assert refused(visitor, idp.answer(one, forged, signed))
    visitor = browser()
    one = asked(visitor)
    signed = idp.assertion(one)
    known = re.search(r'ID="(_\w+)"', signed)
    assert known
    wrapped = re.sub(r'ID="_\w+"', f'ID="{known.group(1)}"', forged, count=1)
    assert refused(
        visitor,
        idp.answer(one, wrapped.replace("</saml:Assertion>", "") + signed + "</saml:Assertion>"),
    )


def test_an_answer_works_once_and_in_the_browser_that_asked(idp: IdentityProvider) -> None:
    visitor, thief = browser(), browser()
    one = asked(visitor)
    answer = idp.answer(one, idp.assertion(one))
    assert refused(thief, answer)
    asked(thief)
    assert refused(thief, answer)
    post(visitor, answer)
    assert is_in(visitor)
    visitor.post(reverse("account_logout"))
    assert refused(visitor, answer)


def test_an_answer_to_no_question_of_ours_is_refused(idp: IdentityProvider) -> None:
    assert refused(browser(), idp.answer(None, idp.assertion(None)))


@pytest.mark.parametrize(
    "changed",
    [{"age": timedelta(hours=2)}, {"audience": "https://elsewhere.example/metadata"}],
    ids=["too old", "for somebody else"],
)
def test_an_answer_that_is_too_old_or_for_somebody_else_is_refused(
    idp: IdentityProvider, changed: dict[str, Any]
) -> None:
    visitor = browser()
    one = asked(visitor)
    assert refused(visitor, idp.answer(one, idp.assertion(one, **changed)))


@pytest.mark.parametrize("text", ["", "AAAA", "not base64 !", "PHg+"])
def test_rubbish_is_refused_with_a_page_and_a_line_of_the_log(
    text: str, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = browser()
    asked(visitor)
    assert refused(visitor, text)
    said = [one.msg for one in caplog.records if isinstance(one.msg, dict)]
    [line] = [one for one in said if one["event"].startswith("sign_in.")]
    assert (line["event"], line["by"]) == ("sign_in.failed", ["saml"])


def test_an_address_of_a_domain_that_the_provider_does_not_answer_for_opens_nothing(
    idp: IdentityProvider,
) -> None:
    make_user(Role.ADMINISTRATOR, email="boss@other.example")
    visitor = browser()
    one = asked(visitor)
    assert refused(visitor, idp.answer(one, idp.assertion(one, email="boss@other.example")))
    assert not SocialAccount.objects.exists()


def test_a_second_factor_counts_as_far_as_the_provider_says_so(
    idp: IdentityProvider, ana: User
) -> None:
    with_app(ana)
    visitor = browser()
    one = asked(visitor)
    assert post(visitor, idp.answer(one, idp.assertion(one)))["Location"] == reverse(
        "mfa_authenticate"
    )
    assert not is_in(visitor)
    other = browser()
    one = asked(other)
    post(other, idp.answer(one, idp.assertion(one, mfa="multipleauthn")))
    assert is_in(other)
    assert other.session[SECOND_FACTOR]


def test_signing_out_at_the_provider_asks_here_first(idp: IdentityProvider) -> None:
    visitor = browser()
    one = asked(visitor)
    post(visitor, idp.answer(one, idp.assertion(one)))
    answer = visitor.get(reverse("saml_sls", kwargs=SLUG))
    assert answer["Location"] == reverse("account_logout")
    assert is_in(visitor)


def test_the_setting_takes_a_file_of_metadata(
    idp: IdentityProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "idp.xml"
    file.write_text(idp.metadata())
    monkeypatch.setenv("SAML_METADATA", str(file))
    monkeypatch.setenv("SAML_EMAIL_DOMAINS", "example.com")
    [app] = SignOnEnv().providers()["saml"]["APPS"]
    assert app["settings"]["idp"]["sso_url"] == "https://id.example.com/sso"
    assert app["settings"]["advanced"]["want_assertion_signed"]
    file.write_text("<x/>")
    with pytest.raises(ValueError, match="no entity"):
        SignOnEnv().providers()
