"""Checkpoints: the state of the record in figures that go outside."""

import json
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from audit import chain, checkpoints, signing
from audit.checkpoint_text import Figures, in_letter, in_text
from audit.models import Checkpoint, Event, SealedEvent
from audit.verify import digest_of, verify
from tests.audit.sample import note, position, seal_now, tamper

pytestmark = pytest.mark.django_db(transaction=True)


def public() -> bytes:
    return signing.public_key(settings.AUDIT_KEY.encode())


def take() -> Figures:
    figures = checkpoints.take()
    assert figures is not None
    return figures


def test_a_checkpoint_names_the_last_event_and_is_signed(record_of_nine: Path) -> None:
    figures = take()
    assert (figures.sequence, figures.is_signed_by(public())) == (9, True)
    for changed in (
        replace(figures, sequence=8),
        replace(figures, seal_hash="00" * 32),
        replace(figures, sum="00" * 32),
        replace(figures, at="2020-01-01T00:00:00.000000+00:00"),
    ):
        assert not changed.is_signed_by(public())
    assert not figures.is_signed_by(signing.public_key(b"another key"))


def test_its_sum_can_be_worked_out_from_the_digests_alone(record_of_nine: Path) -> None:
    total = chain.GENESIS
    for row in SealedEvent.objects.order_by("sequence").select_related("event"):
        total = chain.running_sum(total, sequence=row.sequence, digest=bytes(row.event.digest))
    assert take().sum == total.hex()


def test_the_next_one_goes_on_where_the_last_one_stood(record_of_nine: Path) -> None:
    first = take()
    assert checkpoints.take() is None
    note(10)
    seal_now()
    second = take()
    assert (first.sequence, second.sequence) == (9, 10)
    digest = bytes(Event.objects.get(position=position(10)).digest)
    expected = chain.running_sum(bytes.fromhex(first.sum), sequence=10, digest=digest)
    assert second.sum == expected.hex()


def test_one_is_made_as_often_as_was_asked_for_and_no_oftener(record_of_nine: Path) -> None:
    take()
    note(10)
    seal_now()
    assert checkpoints.take(every=timedelta(hours=1)) is None
    assert checkpoints.take(every=timedelta(0)) is not None


def test_nothing_is_told_of_an_empty_record(anchor_file: Path) -> None:
    assert checkpoints.take() is None
    assert not anchor_file.exists()


def test_it_is_written_to_the_anchor_file_beside_the_seals(record_of_nine: Path) -> None:
    figures = take()
    last = json.loads(record_of_nine.read_text().splitlines()[-1])
    assert last == figures.as_line()
    assert verify(key=settings.AUDIT_KEY.encode(), anchor_file=record_of_nine).broken is None


def test_what_fails_while_it_is_told_leaves_no_checkpoint(record_of_nine: Path) -> None:
    def fail(figures: Figures) -> None:
        raise OSError("no paper")

    with pytest.raises(OSError, match="no paper"):
        checkpoints.take(tell=fail)
    assert not Checkpoint.objects.exists()
    assert len(record_of_nine.read_text().splitlines()) == 3


def test_a_record_rewritten_with_digests_and_sum_does_not_fit_its_signature(
    record_of_nine: Path,
) -> None:
    take()
    tamper("UPDATE audit_checkpoint SET sum = decode(repeat('ab', 32), 'hex')")
    report = verify(key=settings.AUDIT_KEY.encode(), anchor_file=record_of_nine)
    assert report.broken is not None
    assert report.broken.sentence.startswith("The checkpoint after event no. 9 does not fit")


def test_a_letter_is_read_as_text_as_a_mail_and_forwarded(
    record_of_nine: Path, tmp_path: Path
) -> None:
    figures = take()
    plain = f"Dear keeper,\n\n{figures.block()}\n\nYours"
    assert list(in_text(plain)) == [figures]
    assert list(in_text("\n".join(f"> {line}" for line in plain.splitlines()))) == [figures]
    assert list(in_text(plain.replace("\n", "\r\n"))) == [figures]
    for encoding in ("7bit", "quoted-printable", "base64"):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "a@example.com", "b@example.com", "Record"
        mail.set_content(plain, cte=encoding)
        mail.add_alternative(f"<pre>{plain}</pre>", subtype="html")
        path = tmp_path / f"{encoding}.eml"
        path.write_bytes(mail.as_bytes())
        assert in_letter(path) == [figures]


def test_an_end_cut_off_together_with_the_anchor_file_shows_against_a_letter(
    record_of_nine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text(take().block())
    call_command("verify_audit", letter=[letter])
    assert "9 events under 3 seals" in capsys.readouterr().out
    tamper(
        "DELETE FROM audit_checkpoint",
        "DELETE FROM audit_seal WHERE first_sequence > 6",
        "DELETE FROM audit_sealedevent WHERE sequence > 6",
        "DELETE FROM audit_eventdetail WHERE event_id IN "
        "(SELECT id FROM audit_event WHERE data @> '{\"number\": 7}' OR data @> '{\"number\": 8}'"
        " OR data @> '{\"number\": 9}')",
        "DELETE FROM audit_event WHERE (data->>'number')::int > 6",
    )
    record_of_nine.write_text("\n".join(record_of_nine.read_text().splitlines()[:2]) + "\n")
    call_command("verify_audit")
    assert "6 events under 2 seals" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command("verify_audit", letter=[letter])
    assert "but the letter knows event no. 9" in capsys.readouterr().err


def test_a_changed_letter_and_one_without_a_checkpoint_are_named(
    record_of_nine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text(take().block().replace("Event: 9", "Event: 8"))
    with pytest.raises(SystemExit):
        call_command("verify_audit", letter=[letter])
    assert "The letter about event no. 8 is not signed" in capsys.readouterr().err
    letter.write_text("Nothing to see here.")
    with pytest.raises(CommandError, match="no checkpoint"):
        call_command("verify_audit", letter=[letter])


def test_a_digest_changed_with_its_event_is_found_by_the_checkpoint_too(
    record_of_nine: Path,
) -> None:
    take()
    event = Event.objects.get(position=position(5))
    event.actor_id = "x"
    tamper(
        f"UPDATE audit_event SET actor_id = 'x', digest = '\\x{digest_of(event).hex()}' "
        f"WHERE position = {event.position}"
    )
    report = verify(key=settings.AUDIT_KEY.encode(), anchor_file=record_of_nine)
    assert report.broken is not None
    assert report.broken.sequence == 4
