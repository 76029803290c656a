"""An empty installation is set up once, by whoever holds the token it printed."""

from collections.abc import Iterator
from io import StringIO
from threading import Barrier, Thread

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from accounts.events import MailTried
from accounts.models import BusinessUnit, Installation, Letter, User
from accounts.organisation import organisation_name
from accounts.permissions import Role
from accounts.principal import SYSTEM
from accounts.services import mail_trial, setup, units
from audit.errors import Invalid
from audit.models import Event
from tests.mail_server import Inbox, free_port, listening, mail_at
from tests.personas import Person

pytestmark = pytest.mark.django_db
PASSPHRASE = "four words nobody guesses"


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


def typed(token: str, **other: str) -> dict[str, str]:
    """The form as it is sent."""
    return {
        "token": token,
        "organisation": "Northwind Tools",
        "unit_names": "Machine tools\n\n  Medical   devices \n",
        "name": "Astrid Lindqvist",
        "email": "Astrid@Northwind.example",
        "password": PASSPHRASE,
        "again": PASSPHRASE,
        **other,
    }


def printed_token() -> str:
    """What `manage.py setup_token` prints, of which only a hash is kept."""
    said = StringIO()
    call_command("setup_token", stdout=said)
    token = said.getvalue().splitlines()[2].strip()
    assert token.encode() not in bytes(Installation.objects.get().token_hash or b"")
    return token


def test_whoever_holds_the_token_sets_up_the_house_and_is_signed_in(visitor: Client) -> None:
    assert visitor.get("/", follow=True).redirect_chain[-1][0] == reverse("accounts:setup")
    answer = visitor.post(reverse("accounts:setup"), typed(printed_token()))
    assert answer.headers["Location"] == reverse("scoring:start")
    admin = User.objects.get()
    assert admin.email == "astrid@northwind.example"
    assert admin.check_password(PASSPHRASE)
    held = [(one.role, one.unit) for one in admin.memberships.all()]
    assert held == [(Role.ADMINISTRATOR, None)]
    found = list(BusinessUnit.objects.values_list("name", "code"))
    assert found == [("Machine tools", "machine-tools"), ("Medical devices", "medical-devices")]
    assert organisation_name() == "Northwind Tools"
    assert "First steps" in visitor.get("/").content.decode()
    recorded = set(Event.objects.values_list("type", flat=True))
    assert {"installation.set_up", "unit.added", "member.added"} <= recorded
    assert not any(PASSPHRASE in str(event.data) for event in Event.objects.all())


def test_once_there_is_an_account_nothing_is_there_any_more(visitor: Client) -> None:
    token = printed_token()
    visitor.post(reverse("accounts:setup"), typed(token))
    for browser in (visitor, Client()):
        assert browser.get(reverse("accounts:setup")).status_code == 404
        again = browser.post(reverse("accounts:setup"), typed(token, email="mallory@x.example"))
        assert again.status_code == 404
    assert User.objects.count() == 1
    assert setup.new_token() is None
    assert Installation.objects.get().token_hash is None


def test_a_wrong_or_older_token_opens_nothing_and_what_was_typed_stays(visitor: Client) -> None:
    older, token = printed_token(), printed_token()
    # Whoever does not hold it learns nothing else: a password that is too short is not spoken of.
    guessed = typed("guess", password="short", again="short")
    answer = visitor.post(reverse("accounts:setup"), guessed)
    assert set(answer.context["form"].errors) == {"token"}
    answer = visitor.post(reverse("accounts:setup"), typed(older))
    assert set(answer.context["form"].errors) == {"token"}
    assert "Northwind Tools" in answer.content.decode()
    assert PASSPHRASE not in answer.content.decode()
    assert not User.objects.exists()
    assert visitor.post(reverse("accounts:setup"), typed(token)).status_code == 302


def test_without_a_printed_token_nobody_gets_in(visitor: Client) -> None:
    answer = visitor.post(reverse("accounts:setup"), typed("anything"))
    assert set(answer.context["form"].errors) == {"token"}
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "password1234"),
        ("password", "NorthwindTools1"),
        ("email", "nobody"),
        ("unit_names", " \n "),
        ("unit_names", "Tools\ntools"),
        ("organisation", " "),
        ("again", "something else entirely"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(visitor: Client, field: str, value: str) -> None:
    sent = typed(printed_token(), **{field: value})
    if field == "password":
        sent["again"] = value
    answer = visitor.post(reverse("accounts:setup"), sent)
    assert list(answer.context["form"].errors) == [field]
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_at_the_same_moment_one_comes_too_late() -> None:
    token = setup.new_token() or ""
    start, came_to = Barrier(2), []

    def go(email: str) -> None:
        start.wait()
        try:
            answer = Client().post(reverse("accounts:setup"), typed(token, email=email))
            came_to.append(answer.status_code)
        finally:
            connection.close()

    tabs = [Thread(target=go, args=(f"{name}@northwind.example",)) for name in ("ana", "bo")]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert sorted(came_to) == [302, 404]
    assert User.objects.count() == 1


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    box, port = Inbox(), free_port()
    with listening(box, port), mail_at(port):
        yield box


@pytest.mark.django_db(transaction=True)
def test_a_test_letter_really_goes_out_and_what_the_server_says_is_told(
    admin: Person, inbox: Inbox
) -> None:
    sent = mail_trial.try_mail(user=admin.user, by=admin.principal)
    assert sent.sent
    assert inbox.subjects() == ["Mail from Surety works"]
    inbox.to_recipient = "550 no such mailbox"
    refused = mail_trial.try_mail(user=admin.user, by=admin.principal)
    assert "does not take letters to" in refused.said
    inbox.to_recipient = "450 greylisted"
    later = mail_trial.try_mail(user=admin.user, by=admin.principal)
    assert "asks to try again later" in later.said
    states = list(Letter.objects.order_by("created_at").values_list("state", flat=True))
    assert states == ["sent", "refused", "withdrawn"]
    assert Event.objects.filter(type=MailTried.type).count() == 3


def test_a_mail_server_that_is_away_is_named_with_what_to_look_at(admin: Person) -> None:
    port = free_port()
    with mail_at(port):
        outcome = mail_trial.try_mail(user=admin.user, by=admin.principal)
        assert not outcome.sent
        assert f"127.0.0.1:{port} did not answer" in outcome.said
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend"):
        answer = admin.browser.post(reverse("accounts:mail_test"), {"from": "start"}, follow=True)
    assert "No mail server is set up." in answer.content.decode()


def test_a_business_unit_is_added_with_a_code_of_its_own(admin: Person) -> None:
    browser = admin.browser
    browser.post(reverse("accounts:unit_add"), {"name": "Werkzeuge & Formen"})
    unit = BusinessUnit.objects.get(name="Werkzeuge & Formen")
    assert unit.code == "werkzeuge-formen"
    assert units.add(name="Werkzeuge / Formen", by=SYSTEM).code == "werkzeuge-formen-2"
    assert units.add(name="工具", by=SYSTEM).code == "unit"
    with pytest.raises(Invalid):
        units.add(name="werkzeuge & formen", by=SYSTEM)
    browser.post(reverse("accounts:unit_rename", args=[unit.pk]), {"name": "Tooling"})
    unit.refresh_from_db()
    assert (unit.name, unit.code) == ("Tooling", "werkzeuge-formen")
