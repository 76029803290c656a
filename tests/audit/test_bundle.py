"""A bundle of the record: whatever is done to it or to the record before, it shows and is named."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from audit import bundle, chain, checkpoints, exporting, signing
from audit.bundle import Outside
from audit.models import Event, EventDetail, Seal, SealedEvent
from audit.verify import digest_of
from tests.audit.sample import note, position, seal_now, tamper
from tests.house.code import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

KEY = settings.AUDIT_KEY.encode()
PUBLIC = signing.public_key(KEY)
#: As an auditor verifies, and as somebody of the house.
WITHOUT_KEY, WITH_KEY = Outside(public=PUBLIC), Outside(key=KEY)
EITHER = pytest.mark.parametrize("outside", [WITHOUT_KEY, WITH_KEY], ids=["public", "key"])


@pytest.fixture
def write(tmp_path: Path, record_of_nine: Path) -> Callable[[], Path]:
    """Write the bundle of the record as it is now; there is a checkpoint after no. 9."""
    checkpoints.take()

    def now() -> Path:
        path = tmp_path / f"{uuid4()}.jsonl"
        path.write_bytes(b"".join(exporting.lines(installation="Example Ltd")))
        return path

    return now


def said(path: Path, outside: Outside = WITHOUT_KEY) -> str:
    wrong = bundle.verify(path, outside).wrong
    return wrong.sentence if wrong else ""


@EITHER
def test_an_untouched_bundle_holds(write: Callable[[], Path], outside: Outside) -> None:
    report = bundle.verify(write(), outside)
    assert report.wrong is None
    assert (report.events, report.seals, report.checkpoints) == (9, 3, 1)


@EITHER
def test_a_bundle_of_nothing_holds(anchor_file: Path, tmp_path: Path, outside: Outside) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_bytes(b"".join(exporting.lines(installation="Example Ltd")))
    assert bundle.verify(path, outside).wrong is None


# --- the record was changed, by somebody who switched the triggers off ---------------------------


def with_digest(sequence: int) -> str:
    """Change an event and its digest together."""
    event = Event.objects.get(position=position(sequence))
    event.actor_id = "x"
    return (
        f"UPDATE audit_event SET actor_id = 'x', digest = '\\x{digest_of(event).hex()}' "
        f"WHERE position = {event.position}"
    )


@EITHER
def test_an_edited_event_is_named(write: Callable[[], Path], outside: Outside) -> None:
    tamper(f"UPDATE audit_event SET data = '{{\"number\": 50}}' WHERE position = {position(5)}")
    assert said(write(), outside).startswith("Event no. 5 (test.noted, id ")


def test_an_event_edited_with_its_digest_is_named_by_seal_or_checkpoint(
    write: Callable[[], Path],
) -> None:
    tamper(with_digest(5))
    path = write()
    assert said(path, WITH_KEY).startswith("The seal over events no. 4 to 6 does not fit")
    assert said(path).startswith("The checkpoint after event no. 9 gives another sum")


def test_without_a_checkpoint_the_signed_last_line_says_what_the_seals_say(
    record_of_nine: Path, tmp_path: Path
) -> None:
    tamper(with_digest(5))
    path = tmp_path / "bundle.jsonl"
    path.write_bytes(b"".join(exporting.lines(installation="Example Ltd")))
    assert said(path).startswith("When the bundle was written: The seal over events no. 4 to 6")


@EITHER
def test_a_removed_event_is_named(write: Callable[[], Path], outside: Outside) -> None:
    gone = position(4)
    tamper(
        f"DELETE FROM audit_sealedevent WHERE event_id = {gone}",
        "DELETE FROM audit_eventdetail WHERE event_id = "
        f"(SELECT id FROM audit_event WHERE position = {gone})",
        f"DELETE FROM audit_event WHERE position = {gone}",
    )
    assert said(write(), outside).startswith("Event no. 4 was removed")


@EITHER
def test_two_events_that_changed_places_are_noticed(
    write: Callable[[], Path], outside: Outside
) -> None:
    five, eight = position(5), position(8)
    tamper(
        "UPDATE audit_sealedevent SET sequence = -sequence WHERE sequence IN (5, 8)",
        f"UPDATE audit_sealedevent SET sequence = 8 WHERE event_id = {five}",
        f"UPDATE audit_sealedevent SET sequence = 5 WHERE event_id = {eight}",
    )
    assert "does not fit" in said(write(), outside) or "another sum" in said(write(), outside)


@EITHER
def test_a_removed_seal_is_named(write: Callable[[], Path], outside: Outside) -> None:
    tamper("DELETE FROM audit_seal WHERE first_sequence = 4")
    assert said(write(), outside).startswith("The seal over event no. 4 and on is missing")


GONE = (
    "CREATE TEMP TABLE gone AS SELECT e.id, e.position FROM audit_event e "
    "JOIN audit_sealedevent s ON s.event_id = e.position WHERE s.sequence > 6"
)
CUT = (
    "DELETE FROM audit_checkpoint",
    "DELETE FROM audit_seal WHERE first_sequence > 6",
    GONE,
    "DELETE FROM audit_sealedevent WHERE sequence > 6",
    "DELETE FROM audit_eventdetail WHERE event_id IN (SELECT id FROM gone)",
    "DELETE FROM audit_event WHERE position IN (SELECT position FROM gone)",
    "DROP TABLE gone",
)


@EITHER
def test_a_tail_cut_off_cleanly_shows_against_the_anchor_file(
    write: Callable[[], Path], outside: Outside, record_of_nine: Path
) -> None:
    tamper(*CUT)
    path = write()
    assert said(path, outside) == ""
    with_anchor = Outside(key=outside.key, public=outside.public, anchors=record_of_nine)
    assert "events were cut off from no. 7 on" in said(path, with_anchor)


@EITHER
def test_a_tail_cut_off_cleanly_shows_against_a_letter(
    record_of_nine: Path, tmp_path: Path, outside: Outside
) -> None:
    figures = checkpoints.take()
    assert figures is not None
    tamper(*CUT)
    path = tmp_path / "bundle.jsonl"
    path.write_bytes(b"".join(exporting.lines(installation="Example Ltd")))
    told = Outside(key=outside.key, public=outside.public, letters=[figures])
    assert "but the letter knew event no. 9" in said(path, told)


def rewrite_with_key() -> None:
    """Change event no. 5 as somebody could who has the database and AUDIT_KEY."""
    tamper("DELETE FROM audit_checkpoint", with_digest(5))
    previous = chain.GENESIS
    for link in Seal.objects.order_by("id"):
        rows = SealedEvent.objects.filter(
            sequence__range=(link.first_sequence, link.last_sequence)
        ).order_by("sequence")
        previous = chain.seal_hash(
            KEY,
            previous=previous,
            first_sequence=link.first_sequence,
            digests=[bytes(row.event.digest) for row in rows.select_related("event")],
        )
        tamper(f"UPDATE audit_seal SET hash = '\\x{previous.hex()}' WHERE id = {link.id}")


@EITHER
def test_a_record_rewritten_with_the_key_shows_against_what_is_outside(
    record_of_nine: Path, tmp_path: Path, outside: Outside
) -> None:
    figures = checkpoints.take()
    assert figures is not None
    rewrite_with_key()
    path = tmp_path / "bundle.jsonl"
    path.write_bytes(b"".join(exporting.lines(installation="Example Ltd")))
    assert said(path, outside) == ""
    for told in (
        Outside(key=outside.key, public=outside.public, anchors=record_of_nine),
        Outside(key=outside.key, public=outside.public, letters=[figures]),
    ):
        assert "the record was rewritten at this event or before it" in said(path, told)


def test_figures_from_after_the_bundle_are_no_alarm(
    write: Callable[[], Path], record_of_nine: Path
) -> None:
    path = write()
    note(10)
    seal_now()
    report = bundle.verify(path, Outside(public=PUBLIC, anchors=record_of_nine))
    assert report.wrong is None
    assert (report.compared, report.later) == (4, 1)


def test_the_wrong_key_and_the_wrong_public_key_prove_nothing(write: Callable[[], Path]) -> None:
    path = write()
    assert "another public key" in said(path, Outside(key=b"another key"))
    assert "another public key" in said(path, Outside(public=signing.public_key(b"another key")))


def test_a_bundle_signed_anew_with_another_key_does_not_pass_for_this_record(
    write: Callable[[], Path], settings: Any
) -> None:
    write()
    settings.AUDIT_KEY = "a key of somebody else, long enough to be one"
    forged = write()
    assert "another public key" in said(forged, WITHOUT_KEY)
    assert said(forged, Outside(public=PUBLIC, key=KEY)) != ""


# --- the file was changed -------------------------------------------------------------------------


@pytest.fixture
def whole(write: Callable[[], Path]) -> Path:
    """A bundle that holds."""
    return write()


FEWER = hypothesis_settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def changed(whole: Path, content: bytes) -> str:
    path = whole.with_suffix(".changed")
    path.write_bytes(content)
    try:
        return said(path)
    except bundle.NotABundle as error:
        return str(error)


@FEWER
@given(data=st.data())
def test_any_single_changed_byte_is_found(whole: Path, data: st.DataObject) -> None:
    raw = bytearray(whole.read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    assert changed(whole, bytes(raw)) != ""


@FEWER
@given(data=st.data())
def test_any_truncation_is_found(whole: Path, data: st.DataObject) -> None:
    raw = whole.read_bytes()
    assert changed(whole, raw[: data.draw(st.integers(0, len(raw) - 1))]) != ""


@FEWER
@given(data=st.data())
def test_any_line_removed_doubled_or_moved_is_found(whole: Path, data: st.DataObject) -> None:
    lines = whole.read_bytes().splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    other = data.draw(st.integers(0, len(lines) - 1).filter(lambda n: n != at))
    removed = lines[:at] + lines[at + 1 :]
    doubled = lines[:at] + lines[at : at + 1] + lines[at:]
    swapped = list(lines)
    swapped[at], swapped[other] = lines[other], lines[at]
    for now in (removed, doubled, swapped):
        assert changed(whole, b"".join(now)) != ""


@FEWER
@given(data=st.data())
def test_a_removed_or_swapped_event_is_named(whole: Path, data: st.DataObject) -> None:
    lines = whole.read_bytes().splitlines(keepends=True)
    events = [n for n, line in enumerate(lines) if b'"kind":"event"' in line]
    at = data.draw(st.sampled_from(events[:-1]))
    number = json.loads(lines[at])["sequence"]
    assert changed(whole, b"".join(lines[:at] + lines[at + 1 :])).startswith(
        (f"Event no. {number} was removed", f"The seal over events no. {number - 2} to {number}")
    )
    follows = events[events.index(at) + 1]
    swapped = list(lines)
    swapped[at], swapped[follows] = lines[follows], lines[at]
    assert changed(whole, b"".join(swapped)).startswith(f"Event no. {number} was removed: no.")


# --- the commands ---------------------------------------------------------------------------------


def test_the_commands_write_and_prove_a_packed_bundle(
    record_of_nine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "record.jsonl.gz"
    call_command("export_record", str(path))
    assert list(tmp_path.glob("*.part")) == []
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"private 1" not in gzip.decompress(path.read_bytes())
    call_command("verify_audit", bundle=path, anchor=record_of_nine)
    out = capsys.readouterr().out
    assert "The bundle holds: 9 events under 3 seals" in out
    assert "Each seal was worked out again with AUDIT_KEY." in out
    with pytest.raises(CommandError, match="exists"):
        call_command("export_record", str(path))


def test_private_details_are_written_on_demand_and_checked(
    record_of_nine: Path, tmp_path: Path
) -> None:
    EventDetail.objects.filter(event__sealed__sequence=5).delete()
    path = tmp_path / "record.jsonl"
    call_command("export_record", str(path), with_details=True)
    assert "private 4" in path.read_text()
    assert bundle.verify(path, WITH_KEY).erased == 1
    path.write_text(path.read_text().replace("private 4", "private 7"))
    assert said(path).startswith("The private detail of event no. 4 ")


def test_a_full_disk_leaves_no_half_bundle(record_of_nine: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_record", str(tmp_path / "nowhere" / "record.jsonl"))
    assert list(tmp_path.glob("**/*.part")) == []


@pytest.mark.parametrize("command", [["-m", "audit.bundle"], ["manage.py", "verify_audit"]])
def test_a_bundle_is_proved_where_there_is_no_database(
    whole: Path, record_of_nine: Path, command: list[str]
) -> None:
    """Not even settings for the script; for the command, addresses where nobody answers."""
    given = {
        "DATABASE_URL": "postgresql://none:none@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SECRET_KEY": "s" * 40,
        "AUDIT_KEY": "another key than that of the record " + "a" * 20,
        "AUDIT_ANCHOR_FILE": "/nowhere/anchor.jsonl",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    script = command[0] == "-m"
    line = [sys.executable, *command, *([] if script else ["--without-key", "--bundle"])]
    options = ["--anchor", str(record_of_nine), "--public-key", signing.to_text(PUBLIC)]

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*line, str(whole), *options],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **({} if script else given)},
            capture_output=True,
            text=True,
            check=False,
        )

    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    assert "4 figures from outside agree." in done.stdout
    whole.write_text(whole.read_text().replace('"number":5', '"number":50'))
    done = run()
    assert done.returncode == 1
    assert done.stderr.startswith("Event no. 5 (test.noted, id ")
    whole.write_text("something else")
    assert run().returncode == 2


def test_the_verifier_imports_no_django_and_no_database() -> None:
    code = "import audit.bundle, sys; print(sorted({'django', 'psycopg2'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
