"""`manage.py verify_audit` names the first row that is not what was written."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as live
from django.core.management import call_command

from audit import chain
from audit.models import Event, EventDetail, Seal, SealedEvent
from audit.verify import _in_anchors, _lines, digest_of, verify
from tests.audit.sample import note, position, tamper

pytestmark = pytest.mark.django_db(transaction=True)


def sentence(anchor_file: Path) -> str:
    report = verify(key=live.AUDIT_KEY.encode(), anchor_file=anchor_file)
    return report.broken.sentence if report.broken else ""


def test_an_untouched_record_holds(
    record_of_nine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note(10)
    call_command("verify_audit")
    assert capsys.readouterr().out == (
        "The record holds: 9 events under 3 seals; 1 events are not sealed yet.\n"
    )


def test_an_empty_record_holds(anchor_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_audit")
    assert "0 events under 0 seals" in capsys.readouterr().out


def test_a_broken_record_ends_with_exit_code_1_and_one_sentence(
    record_of_nine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tamper(f"UPDATE audit_event SET data = '{{\"number\": 50}}' WHERE position = {position(5)}")
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit")
    assert ended.value.code == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "Event no. 5 (test.noted, id " in captured.err
    assert "was changed" in captured.err


@pytest.mark.parametrize(
    "change",
    [
        "data = '{\"number\": 50}'",
        "actor_id = 'somebody else'",
        "occurred_at = occurred_at - interval '1 day'",
        "type = 'test.other'",
        "aggregate_id = gen_random_uuid()",
        "unit_id = gen_random_uuid()",
        "detail_digest = NULL",
    ],
)
def test_any_changed_column_names_its_row(record_of_nine: Path, change: str) -> None:
    tamper(f"UPDATE audit_event SET {change} WHERE position = {position(7)}")
    assert sentence(record_of_nine).startswith("Event no. 7 ")


def test_the_first_of_several_changes_is_named(record_of_nine: Path) -> None:
    for sequence in (8, 2, 5):
        tamper(f"UPDATE audit_event SET actor_id = 'x' WHERE position = {position(sequence)}")
    assert sentence(record_of_nine).startswith("Event no. 2 ")


def test_a_row_changed_together_with_its_digest_breaks_its_seal(record_of_nine: Path) -> None:
    event = Event.objects.get(position=position(5))
    event.actor_id = "x"
    digest = digest_of(event).hex()
    tamper(
        f"UPDATE audit_event SET actor_id = 'x', digest = '\\x{digest}' "
        f"WHERE position = {event.position}"
    )
    assert sentence(record_of_nine).startswith("The seal over events no. 4 to 6 does not fit")


def test_a_removed_row_is_named(record_of_nine: Path) -> None:
    gone = position(4)
    tamper(
        f"DELETE FROM audit_sealedevent WHERE event_id = {gone}",
        f"DELETE FROM audit_eventdetail WHERE event_id = "
        f"(SELECT id FROM audit_event WHERE position = {gone})",
        f"DELETE FROM audit_event WHERE position = {gone}",
    )
    assert sentence(record_of_nine) == "Event no. 4 was removed."


def test_a_removed_seal_is_noticed(record_of_nine: Path) -> None:
    tamper("DELETE FROM audit_seal WHERE first_sequence = 4")
    assert sentence(record_of_nine).startswith("The seal over event no. 4 and on is missing")


def test_an_end_that_was_cut_off_cleanly_shows_against_the_anchor_file(
    record_of_nine: Path,
) -> None:
    tamper(
        "CREATE TEMP TABLE gone AS SELECT e.id, e.position FROM audit_event e "
        "JOIN audit_sealedevent s ON s.event_id = e.position WHERE s.sequence > 6",
        "DELETE FROM audit_seal WHERE first_sequence > 6",
        "DELETE FROM audit_sealedevent WHERE sequence > 6",
        "DELETE FROM audit_eventdetail WHERE event_id IN (SELECT id FROM gone)",
        "DELETE FROM audit_event WHERE position IN (SELECT position FROM gone)",
        "DROP TABLE gone",
    )
    assert "events were cut off from no. 7 on" in sentence(record_of_nine)
    without = verify(key=live.AUDIT_KEY.encode(), anchor_file=record_of_nine.parent / "none")
    assert without.broken is None


def test_a_record_rewritten_with_the_key_shows_against_the_anchor_file(
    record_of_nine: Path,
) -> None:
    event = Event.objects.get(position=position(5))
    event.actor_id = "x"
    digest = digest_of(event)
    tamper(
        f"UPDATE audit_event SET actor_id = 'x', digest = '\\x{digest.hex()}' "
        f"WHERE position = {event.position}"
    )
    previous = chain.GENESIS
    for link in Seal.objects.order_by("id"):
        rows = SealedEvent.objects.filter(
            sequence__range=(link.first_sequence, link.last_sequence)
        ).order_by("sequence")
        previous = chain.seal_hash(
            live.AUDIT_KEY.encode(),
            previous=previous,
            first_sequence=link.first_sequence,
            digests=[bytes(row.event.digest) for row in rows.select_related("event")],
        )
        tamper(f"UPDATE audit_seal SET hash = '\\x{previous.hex()}' WHERE id = {link.id}")
    assert sentence(record_of_nine).startswith(
        "The seal up to event no. 6 is not the one in the anchor file"
    )


def test_an_event_slipped_in_behind_the_seals_is_noticed(record_of_nine: Path) -> None:
    tamper(
        "INSERT INTO audit_event (id, type, occurred_at, txid, actor_kind, actor_id, "
        "aggregate_type, aggregate_id, data, digest) "
        f"SELECT '{uuid4()}', type, occurred_at, txid, actor_kind, actor_id, aggregate_type, "
        f"aggregate_id, data, digest FROM audit_event WHERE position = {position(2)}"
    )
    assert "was slipped in behind what had been sealed" in sentence(record_of_nine)


def test_a_number_without_a_seal_is_noticed(record_of_nine: Path) -> None:
    extra = note(10)
    tamper(f"INSERT INTO audit_sealedevent (sequence, event_id) VALUES (10, {extra.position})")
    assert sentence(record_of_nine).endswith("has no seal over it.")


def test_the_wrong_key_proves_nothing(record_of_nine: Path) -> None:
    report = verify(key=b"another key", anchor_file=record_of_nine)
    assert report.broken is not None
    assert "AUDIT_KEY" in report.broken.sentence


def test_erased_private_detail_is_fine_and_counted(
    record_of_nine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    EventDetail.objects.filter(event__sealed__sequence=5).delete()
    call_command("verify_audit")
    assert "the private detail of 1 erased" in capsys.readouterr().out


def test_changed_private_detail_is_caught(record_of_nine: Path) -> None:
    EventDetail.objects.filter(event__sealed__sequence=5).update(data={"note": "other words"})
    assert sentence(record_of_nine).startswith("The private detail of event no. 5 ")


def test_anchors_out_of_order_and_half_a_line_after_a_crash_do_no_harm(
    record_of_nine: Path,
) -> None:
    lines = record_of_nine.read_text().splitlines()
    record_of_nine.write_text("\n".join([lines[2], lines[0], lines[1], lines[2][:20]]))
    assert sentence(record_of_nine) == ""


def test_an_anchor_written_after_the_verification_began_is_no_alarm(record_of_nine: Path) -> None:
    length = record_of_nine.stat().st_size
    with record_of_nine.open("a") as file:
        file.write(json.dumps({"seal": 99, "sequence": 99, "hash": "00"}) + "\n")
    assert _in_anchors(_lines(record_of_nine, length)) is None
    assert _in_anchors(_lines(record_of_nine, record_of_nine.stat().st_size)) is not None


def test_verification_reads_in_chunks_however_long_the_record_is(
    record_of_nine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.verify._CHUNK", 2)
    assert sentence(record_of_nine) == ""
    tamper(f"UPDATE audit_event SET actor_id = 'x' WHERE position = {position(9)}")
    assert sentence(record_of_nine).startswith("Event no. 9 ")
