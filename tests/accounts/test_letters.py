"""Letters: each goes out, whatever becomes of the mail server and of who sends them."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import Letter
from accounts.permissions import Role
from accounts.selectors.notifications import channels_of
from accounts.services import delivery, letters
from accounts.services.notifications import digest_due
from audit import clock
from audit.errors import Invalid
from tests.factories.accounts import make_unit, make_user
from tests.factories.letters import make_letter, tell_somebody
from tests.mail_server import Inbox, free_port, listening, mail_at
from tests.personas import Person

pytestmark = pytest.mark.django_db
State, Trouble = Letter.State, Letter.Trouble
CONSOLE = "django.core.mail.backends.console.EmailBackend"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """A mail server that is there, and set up here."""
    box, port = Inbox(), free_port()
    with listening(box, port), mail_at(port):
        yield box


def later(letter: Letter) -> timedelta:
    letter.refresh_from_db()
    return letter.next_attempt_at - clock.now()


def body(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_letter_arrives_as_text_and_as_html_with_an_id_of_its_own(inbox: Inbox) -> None:
    letter = make_letter()
    assert delivery.deliver() == 1
    got = inbox.letters[0]
    assert got["To"] == "reader@vendor.example"
    assert got["Message-ID"] == f"<{letter.pk}@house.example>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["List-Unsubscribe"] is None
    kinds = [part.get_content_type() for part in got.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    assert "https://surety.example/somewhere" in body(got, "plain")
    assert '<a href="https://surety.example/somewhere"' in body(got, "html")
    letter.refresh_from_db()
    assert (letter.state, letter.tries) == (State.SENT, 1)
    assert delivery.deliver() == 0


def test_a_notification_can_be_stopped_with_one_click_and_an_invitation_cannot(
    inbox: Inbox,
) -> None:
    tell_somebody(kind="match_found", title="A match")
    delivery.deliver()
    link = inbox.letters[0]["List-Unsubscribe"].strip()
    assert link.startswith("<https://surety.example/notifications/stop/")
    assert inbox.letters[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_digest_is_text_first_then_html_and_stops_with_one_click(
    inbox: Inbox, visitor: Client
) -> None:
    told = tell_somebody(kind="decision_expiring", title="An approval ends")
    with clock.at(clock.now() + timedelta(days=2)):
        assert digest_due() == 1
        delivery.deliver()
    # Read as the receiver's program reads it, from the bytes that came.
    got = message_from_bytes(inbox.letters[0].as_bytes(), policy=policy.default)
    assert got.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in got.iter_parts()] == ["text/plain", "text/html"]
    for kind in ("plain", "html"):
        assert "An approval ends" in body(got, kind)
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = got["List-Unsubscribe"].strip().strip("<>")
    path = link.removeprefix("https://surety.example")
    # RFC 8058: one POST from no page of ours, without signing in.
    strict = Client(enforce_csrf_checks=True)
    assert channels_of(told.user)["decision_expiring"] == "daily"
    assert visitor.get(path).status_code == 200
    assert channels_of(told.user)["decision_expiring"] == "daily"
    answer = strict.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert channels_of(told.user)["decision_expiring"] == "app"


def test_the_html_of_letters_loads_nothing_and_runs_nothing(inbox: Inbox) -> None:
    tell_somebody(kind="match_found", title="<script>alert(1)</script>", text="<img src=x>")
    delivery.deliver()
    html = body(inbox.letters[0], "html")
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_names_cannot_add_headers_to_a_letter(inbox: Inbox) -> None:
    tell_somebody(kind="match_found", title="Match\r\nBcc: spy@evil.example\r\n\r\nHello")
    assert delivery.deliver() == 1
    got = inbox.letters[0]
    assert got["Bcc"] is None
    assert got["Subject"] == "Match Bcc: spy@evil.example Hello"


@pytest.mark.parametrize("to", ["", "nobody", "a@b.example\nBcc: c@d.example", "a@b, c@d"])
def test_what_is_no_address_is_refused_when_the_letter_is_written(to: str) -> None:
    with pytest.raises(Invalid):
        make_letter(to=to)


def test_the_letter_goes_with_the_transaction_that_wrote_it(inbox: Inbox) -> None:
    with transaction.atomic():
        make_letter()
        transaction.set_rollback(True)
    assert delivery.deliver() == 0
    assert not Letter.objects.exists()


def test_a_server_that_is_down_for_a_while_loses_no_letter() -> None:
    box, port = Inbox(), free_port()
    some = [make_letter(to=f"reader-{number}@vendor.example") for number in range(3)]
    with mail_at(port):
        pauses = []
        for _ in range(3):
            assert delivery.deliver() == 0
        # One that stood first has been tried; the others were tried in their turn, none in vain.
        for letter in some:
            pauses.append(later(letter))
            assert (letter.state, letter.trouble) == (State.WAITING, Trouble.UNREACHABLE)
        assert all(timedelta(seconds=5) < pause < timedelta(seconds=15) for pause in pauses)
        with listening(box, port):
            Letter.objects.filter(pk=some[1].pk).update(next_attempt_at=clock.now())
            # As soon as one goes out, those that waited for the server follow at once.
            assert delivery.deliver() == 3
    assert len(box.letters) == 3
    assert set(Letter.objects.values_list("state", flat=True)) == {State.SENT}


def test_pauses_grow_and_end_at_an_hour() -> None:
    letter = make_letter()
    seen = []
    with mail_at(free_port()):
        for _ in range(9):
            Letter.objects.update(next_attempt_at=clock.now())
            delivery.deliver()
            seen.append(round(later(letter).total_seconds()))
    assert seen == [10, 30, 60, 300, 900, 1800, 3600, 3600, 3600]
    assert letter.state == State.WAITING


def test_an_address_that_is_refused_for_good_is_not_tried_again_and_shown(
    inbox: Inbox, admin: Person
) -> None:
    letter = make_letter()
    inbox.to_recipient = "550 No such person"
    delivery.deliver()
    letter.refresh_from_db()
    assert (letter.state, letter.trouble) == (State.REFUSED, Trouble.ADDRESS_REFUSED)
    inbox.to_recipient = ""
    assert delivery.deliver() == 0
    page = admin.browser.get(reverse("accounts:letters")).content.decode()
    assert "1 letter was refused for good" in page
    assert "The address was refused" in page


@pytest.mark.parametrize(
    ("field", "answer", "state", "trouble"),
    [
        ("to_recipient", "450 Come back later", State.WAITING, Trouble.POSTPONED),
        ("to_text", "451 Try again", State.WAITING, Trouble.POSTPONED),
        ("to_text", "554 Not wanted", State.REFUSED, Trouble.TEXT_REFUSED),
    ],
)
def test_what_the_server_says_decides_whether_it_is_tried_again(
    inbox: Inbox, field: str, answer: str, state: str, trouble: str
) -> None:
    letter = make_letter()
    setattr(inbox, field, answer)
    delivery.deliver()
    letter.refresh_from_db()
    assert (letter.state, letter.trouble) == (state, trouble)


def test_one_letter_that_is_refused_holds_up_no_other(inbox: Inbox) -> None:
    inbox.to_text = "451 Try again"
    first = make_letter()
    delivery.deliver()
    inbox.to_text = ""
    make_letter()
    assert delivery.deliver() == 1
    first.refresh_from_db()
    assert first.state == State.WAITING


def test_a_slow_server_is_given_up_and_tried_again() -> None:
    box, port = Inbox(), free_port()
    letter = make_letter()
    box.free.clear()
    with listening(box, port), mail_at(port, timeout=0.3):
        assert delivery.deliver() == 0
        letter.refresh_from_db()
        assert (letter.state, letter.trouble) == (State.WAITING, Trouble.UNREACHABLE)
        box.free.set()
        Letter.objects.update(next_attempt_at=clock.now())
        assert delivery.deliver() == 1
    # At least once: the slow server may have taken it, too. Both have one id.
    assert len({one["Message-ID"] for one in box.letters}) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_one_letter() -> None:
    for number in range(20):
        make_letter(to=f"reader-{number}@vendor.example")
    taken: list[Letter] = []

    def take() -> None:
        try:
            while (letter := delivery.claim()) is not None:
                taken.append(letter)
        finally:
            connection.close()

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(taken) == len({letter.pk for letter in taken}) == 20


def test_a_letter_in_the_hands_of_a_worker_that_died_is_taken_up_again(inbox: Inbox) -> None:
    make_letter()
    assert delivery.claim() is not None
    assert delivery.deliver() == 0
    with clock.at(clock.now() + delivery.CLAIM + timedelta(seconds=1)):
        assert delivery.deliver() == 1


def test_a_secret_letter_is_kept_encrypted_and_erased_once_sent(inbox: Inbox) -> None:
    link = "https://surety.example/portal/4f1c-secret"
    letter = make_letter(secret=True, context={"link": link, "by": "Ada"})
    assert letter.sealed is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT l::text FROM accounts_letter l")
        assert "4f1c-secret" not in cursor.fetchone()[0]
    assert link.encode() not in bytes(letter.sealed)
    assert letters.said_in(letter).text.count(link) == 1
    assert delivery.deliver() == 1
    assert link in body(inbox.letters[0], "plain")
    letter.refresh_from_db()
    assert letter.sealed is None
    assert (letter.text, letter.state) == ("", State.SENT)


def test_a_secret_letter_needs_the_key_it_was_written_with(inbox: Inbox) -> None:
    letter = make_letter(secret=True)
    old = settings.SECRET_KEY
    with override_settings(SECRET_KEY="n" * 50, SECRET_KEY_FALLBACKS=[old]):
        assert letters.said_in(letter).subject
    with override_settings(SECRET_KEY="n" * 50):
        delivery.deliver()
    letter.refresh_from_db()
    assert (letter.state, letter.trouble) == (State.REFUSED, Trouble.UNREADABLE)


def test_without_a_mail_server_letters_are_kept_and_can_be_read_by_administrators(
    admin: Person, unit: object
) -> None:
    with override_settings(EMAIL_BACKEND=CONSOLE):
        plain, secret = make_letter(), make_letter(secret=True)
        assert {plain.state, secret.state} == {State.KEPT}
        assert delivery.deliver() == 0
        page = admin.browser.get(reverse("accounts:letters")).content.decode()
        assert "No mail server is set up" in page
        shown = admin.browser.get(reverse("accounts:letter", args=[plain.pk])).content.decode()
        assert "https://surety.example/somewhere" in shown
        hidden = admin.browser.get(reverse("accounts:letter", args=[secret.pk])).content.decode()
        assert "https://surety.example/somewhere" not in hidden


def test_only_a_demo_shows_what_secret_letters_say(admin: Person) -> None:
    with override_settings(EMAIL_BACKEND=CONSOLE, SHOW_SECRET_LETTERS=True):
        letter = make_letter(secret=True)
        address = reverse("accounts:letter", args=[letter.pk])
        assert "https://surety.example/somewhere" in admin.browser.get(address).content.decode()
    # Where mail goes out, the page keeps the secret, whatever the setting says.
    with override_settings(SHOW_SECRET_LETTERS=True):
        assert "surety.example/somewhere" not in admin.browser.get(address).content.decode()


def test_an_administrator_sends_a_refused_letter_again(inbox: Inbox, admin: Person) -> None:
    letter = make_letter()
    inbox.to_recipient = "550 No such person"
    delivery.deliver()
    inbox.to_recipient = ""
    admin.browser.post(reverse("accounts:letter_again", args=[letter.pk]))
    assert delivery.deliver() == 1
    answer = admin.browser.post(reverse("accounts:letter_again", args=[letter.pk]))
    assert answer.status_code == 409


def test_a_letter_that_was_withdrawn_does_not_go_out(inbox: Inbox, admin: Person) -> None:
    letter = make_letter()
    admin.browser.post(reverse("accounts:letter_withdraw", args=[letter.pk]))
    assert delivery.deliver() == 0


def test_nothing_goes_to_somebody_who_was_switched_off_meanwhile(inbox: Inbox) -> None:
    user = make_user(Role.LEGAL, make_unit())
    letter = make_letter(to=user.email, reader=user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert delivery.deliver() == 0
    letter.refresh_from_db()
    assert (letter.state, letter.trouble) == (State.REFUSED, Trouble.READER_GONE)


def test_addresses_and_texts_are_erased_after_a_month_and_what_waits_is_not(
    inbox: Inbox,
) -> None:
    with clock.at(clock.now() - timedelta(days=31)):
        sent = make_letter()
        delivery.deliver()
        waiting = make_letter()
    assert letters.erase_old() == 1
    sent.refresh_from_db()
    waiting.refresh_from_db()
    assert (sent.to, sent.text, sent.subject, sent.html) == ("", "", "", "")
    assert waiting.to


def test_what_was_written_to_one_address_can_be_erased_at_once(inbox: Inbox) -> None:
    make_letter(to="Leaving@vendor.example")
    other = make_letter()
    delivery.deliver()
    assert letters.erase_of(to="leaving@vendor.example") == 1
    other.refresh_from_db()
    assert other.to == "reader@vendor.example"


def test_a_letter_speaks_the_language_of_its_reader() -> None:
    assert make_letter(language="de").language == "de"


def test_a_lost_password_is_answered_through_the_queue(inbox: Inbox, visitor: Client) -> None:
    cache.clear()
    user = make_user(email="ana@example.com")
    visitor.post(reverse("account_reset_password"), {"email": user.email})
    letter = Letter.objects.get()
    assert letter.secret
    assert delivery.deliver() == 1
    assert "/accounts/password/reset/key/" in body(inbox.letters[0], "plain")
