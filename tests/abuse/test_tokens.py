"""Tokens that carry something themselves: signed, for one purpose, and some for a time."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import signing
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import BusinessUnit
from accounts.selectors.notifications import unsubscribe_target, unsubscribe_token
from assessments.services import offline
from audit.errors import Invalid, Refused
from tests.factories.accounts import make_user
from tests.factories.assessments import make_assessment
from tests.house.code import APPS, files, text
from tests.personas import Person

pytestmark = pytest.mark.django_db


def test_a_token_that_was_changed_is_worth_nothing() -> None:
    user, other = make_user(), make_user()
    token = unsubscribe_token(user, "digest:daily")
    assert unsubscribe_target(token) == (user, "digest:daily")
    body, stamp, signature = token.split(":")
    theirs = unsubscribe_token(other, "digest:daily").split(":")[0]
    wrong = signature[:-1] + ("A" if signature[-1] != "A" else "B")
    for bad in (
        f"{theirs}:{stamp}:{signature}", f"{body}:{stamp}:{wrong}", f"{body}:{stamp}",
        f"{body}:{stamp}:", body, "", ":::", token + "A", f".{token}", token.swapcase(),
    ):  # fmt: skip
        assert unsubscribe_target(bad) is None, bad
    forged = signing.dumps([str(other.pk), "digest:daily"], key="a" * 50, salt="accounts.stop")
    assert unsubscribe_target(forged) is None
    with override_settings(SECRET_KEY="b" * 50, SECRET_KEY_FALLBACKS=[]):
        assert unsubscribe_target(token) is None
    with override_settings(SECRET_KEY="b" * 50, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert unsubscribe_target(token) is not None


def test_a_token_of_one_purpose_is_none_for_another() -> None:
    user = make_user()
    for salt in ("", "django.core.signing", "vendors.take_up", "accounts.unsubscribe.other"):
        assert unsubscribe_target(signing.dumps([str(user.pk), "digest:daily"], salt=salt)) is None


def test_every_token_of_ours_names_its_purpose() -> None:
    for name in files(".py", under=APPS):
        body = text(name)
        for call in ("signing.dumps(", "signing.loads(", "signing.Signer("):
            for part in body.split(call)[1:]:
                assert "salt=" in part.partition("\n\n")[0][:200], name


def test_a_workbook_whose_hidden_part_was_changed_is_not_taken(unit: BusinessUnit) -> None:
    mine, other = make_assessment(unit), make_assessment(unit)
    content = offline.export(assessment=other, vendor_side=False, language="en")
    from accounts.principal import SYSTEM

    with pytest.raises((Invalid, Refused)):
        offline.read(
            assessment=mine, file_name="a.xlsx", content=content, vendor_side=False, by=SYSTEM
        )


def test_a_token_that_ends_is_worth_nothing_afterwards(admin: Person) -> None:
    """The link to set a password, which is the one that opens something."""
    from allauth.account.forms import default_token_generator

    user = make_user(email="ana@example.com")
    token = default_token_generator.make_token(user)
    assert default_token_generator.check_token(user, token)
    end = timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT + 1)
    with time_machine.travel(end, tick=False):
        assert not default_token_generator.check_token(user, token)
    user.set_password("another of these long passwords")
    user.save()
    assert not default_token_generator.check_token(user, token)
    path = reverse("account_reset_password_from_key", args=["0", "set-password"])
    assert admin.browser.get(path).status_code == 200
