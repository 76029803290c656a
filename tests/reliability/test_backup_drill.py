"""The drill: everything is lost, and comes back from a backup, somewhere else."""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings as live
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import BusinessUnit, User
from accounts.permissions import Role
from accounts.principal import SYSTEM
from assessments.services import assessments
from audit import clock
from audit.models import Event
from backups import keys, manifest
from scoring.models import Score
from tests.audit.sample import note, position, seal_now, tamper
from tests.factories.accounts import make_user
from tests.factories.assessments import answer_all, make_assessment
from tests.factories.evidence import make_evidence
from tests.factories.scoring import score
from tests.factories.vendors import make_vendor
from tests.house.code import ROOT
from tests.reliability.databases import another_server, elsewhere, empty_database, manage, python
from vendors.models import ErasedFile, EvidenceFile

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery staple"


class Lived(NamedTuple):
    """An installation in which something has happened."""

    anchors: Path
    person: User
    file: EvidenceFile


@pytest.fixture
def lived(unit: BusinessUnit, tmp_path: Path, settings: Settings) -> Lived:
    """People, vendors, scores that stand, evidence, a sealed record, one event unsealed."""
    anchors = tmp_path / "here" / "anchor.jsonl"
    settings.AUDIT_ANCHOR_FILE = anchors
    person = make_user(Role.ADMINISTRATOR, name="Ada")
    # As the real settings hash it, which shall read it again.
    person.password = PBKDF2PasswordHasher().encode(PASSWORD, "some-salt-of-a-test")
    person.save()
    for _ in range(3):
        assessment = make_assessment(unit)
        answer_all(assessment)
        assessments.submit(assessment=assessment, by=SYSTEM)
        score(assessment)
    make_evidence(make_vendor(unit), unit)
    seal_now()
    note(1)
    return Lived(anchors, person, EvidenceFile.objects.get())


@pytest.fixture
def backup(lived: Lived, tmp_path: Path) -> Path:
    """A backup of it."""
    call_command("backup", str(tmp_path / "backups"))
    (made,) = (tmp_path / "backups").iterdir()
    return made


def test_everything_comes_back_in_an_empty_installation_and_proves_itself(
    lived: Lived, backup: Path, tmp_path: Path
) -> None:
    """On another server, which has written less: its transaction ids begin again."""
    with another_server() as database:
        there = elsewhere(database, tmp_path / "there")
        code, said = manage(there, "restore", str(backup))
        assert code == 0, said
        code, said = manage(there, "verify_audit")
        assert (code, "No anchor file" in said) == (0, False), said
        assert manage(there, "check_evidence") == (0, "1 files checked, 0 wrong, 0 left over.\n")
        code, said = manage(there, "replay", "--sample", "50")
        assert code == 0, said
        assert manage(there, "check_sheets")[0] == 0
        digests = Score.objects.values_list("digest", flat=True)
        here = sorted(bytes(digest).hex() for digest in digests)
        scores = "from scoring.models import Score; rows = Score.objects.values_list('digest')"
        assert python(there, f"{scores}; print(sorted(bytes(d).hex() for d, in rows))") == str(here)
        assert python(there, _signs_in(lived.person.email)) == "302 True"
        # And life goes on: what is written there is sealed onto the old chain.
        assert "not sealed yet" not in manage(there, "verify_audit")[1]
        events = "from audit.models import Event; print(list(Event.objects.order_by('-position')"
        assert "record.restored" in python(there, f"{events}.values_list('type', flat=True)[:3]))")
        assert manage(there, "verify_audit")[0] == 0


def _signs_in(email: str) -> str:
    return (
        "from django.test import Client\n"
        "browser = Client(headers={'Host': 'localhost'})\n"
        f"form = {{'login': {email!r}, 'password': {PASSWORD!r}}}\n"
        "answer = browser.post('/accounts/login/', form)\n"
        "print(answer.status_code, '_auth_user_id' in browser.session)"
    )


def test_a_restore_replaces_what_is_there_and_goes_back_only_when_told(
    lived: Lived, backup: Path, tmp_path: Path
) -> None:
    with empty_database() as database:
        there = elsewhere(database, tmp_path / "there")
        assert manage(there, "restore", str(backup))[0] == 0
        # The anchor file knows the event that noted the first restore.
        code, said = manage(there, "restore", str(backup), "--replace")
        assert code == 1
        assert "what happened in between would be lost" in said
        code, said = manage(there, "restore", str(backup), "--replace", "--go-back")
        assert code == 0, said
        assert manage(there, "verify_audit")[0] == 0
        assert len(list((tmp_path / "there").glob("anchor.jsonl.before-restore-*"))) == 1


def _refused(backup: Path) -> str:
    """What a restore says over the installation that is there, in which nothing may change."""
    before = Event.objects.count()
    with pytest.raises(CommandError) as refused:
        call_command("restore", str(backup))
    assert Event.objects.count() == before
    return str(refused.value)


def test_a_restore_leaves_alone_what_is_not_empty(backup: Path) -> None:
    assert "is not empty" in _refused(backup)


@pytest.mark.parametrize("key", ["AUDIT_KEY", "SECRET_KEY"])
def test_a_restore_with_another_key_is_refused_before_anything_is_written(
    backup: Path, settings: Settings, key: str
) -> None:
    setattr(settings, key, "another one " * 4)
    assert f"{key} is not" in _refused(backup)


def test_a_key_that_was_changed_since_is_still_one_of_this_installation(
    backup: Path, settings: Settings
) -> None:
    settings.SECRET_KEY_FALLBACKS = [live.SECRET_KEY]
    settings.SECRET_KEY = "a new one " * 5
    assert "is not empty" in _refused(backup)


def test_files_that_were_erased_by_retention_are_not_missed(lived: Lived, tmp_path: Path) -> None:
    storages["evidence"].delete(lived.file.key)
    ErasedFile.objects.create(file=lived.file, at=clock.now())
    call_command("backup", str(tmp_path / "backups"))
    (made,) = (tmp_path / "backups").iterdir()
    assert list(manifest.copies(made)) == []


def test_a_backup_of_a_newer_version_is_refused(backup: Path) -> None:
    said = manifest.read(backup)
    said.pop("signature")
    said["migrations"].append(["audit", "9999_of_tomorrow"])
    (backup / "manifest.json").unlink()
    manifest.write(backup, said)
    assert "audit.9999_of_tomorrow is not known here" in _refused(backup)


# --- damaged and unfinished backups -----------------------------------------------------------


def _proved(backup: Path) -> str:
    try:
        call_command("backup", str(backup), verify=True)
    except CommandError as error:
        return str(error)
    return ""


def test_a_backup_is_proved_as_it_was_written(
    backup: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _proved(backup) == ""
    said = capsys.readouterr().out
    assert "evidence: 1 files, as written." in said
    assert "signed with this AUDIT_KEY" in said
    assert {path.stat().st_mode & 0o077 for path in backup.rglob("*")} == {0}


def test_a_changed_byte_anywhere_is_named(backup: Path, lived: Lived) -> None:
    evidence = backup / "evidence" / lived.file.key
    for path in (backup / "database.dump", backup / "evidence.jsonl", evidence):
        good = path.read_bytes()
        middle = len(good) // 2
        path.write_bytes(good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :])
        assert str(path) in _proved(backup)
        path.write_bytes(good[:-1])
        assert str(path) in _proved(backup)
        path.unlink()
        assert "is missing from the backup" in _proved(backup)
        path.write_bytes(good)
    assert _proved(backup) == ""


def test_a_changed_manifest_does_not_fit_its_signature(backup: Path) -> None:
    path = backup / "manifest.json"
    said = json.loads(path.read_text())
    said["record"]["sequence"] += 1
    path.write_text(json.dumps(said))
    assert "its signature does not fit" in _proved(backup)


def test_what_was_never_finished_is_no_backup(backup: Path) -> None:
    part = backup.with_name(f"{backup.name}.part")
    backup.rename(part)
    assert "was never finished" in _proved(part)
    (part / "manifest.json").unlink()
    whole = part.rename(backup)
    assert "is no backup" in _proved(whole)


def test_a_backup_that_fails_leaves_nothing_that_looks_like_one(
    lived: Lived, tmp_path: Path, settings: Settings
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    broken = programs / "pg_dump"
    broken.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "pg_dump (PostgreSQL) 99.0" && exit 0\n'
        "echo no room left >&2\nexit 1\n"
    )
    broken.chmod(0o755)
    settings.POSTGRES_PROGRAMS = programs
    with pytest.raises(CommandError, match="pg_dump failed: no room left"):
        call_command("backup", str(tmp_path / "backups"))
    assert list((tmp_path / "backups").iterdir()) == []
    broken.write_text('#!/bin/sh\necho "pg_dump (PostgreSQL) 9.6"\n')
    with pytest.raises(CommandError, match=r"or newer is needed\. Found only"):
        call_command("backup", str(tmp_path / "backups"))


def test_files_that_the_storage_has_lost_are_named_and_the_rest_is_kept(
    lived: Lived, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    storages["evidence"].delete(lived.file.key)
    with pytest.raises(SystemExit) as ended:
        call_command("backup", str(tmp_path / "backups"))
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert f"{lived.file.key} is missing in the storage" in said.out
    assert "1 files of evidence were not as recorded" in said.err
    (made,) = (tmp_path / "backups").iterdir()
    (one,) = manifest.copies(made)
    assert (one.key, one.state) == (lived.file.key, "missing")


def test_a_record_that_was_tampered_with_does_not_get_better_by_a_backup(
    lived: Lived, tmp_path: Path
) -> None:
    tamper(f"UPDATE audit_event SET actor_id = 'x' WHERE position = {position(1)}")
    call_command("backup", str(tmp_path / "backups"))
    (made,) = (tmp_path / "backups").iterdir()
    with empty_database() as database:
        there = elsewhere(database, tmp_path / "there")
        assert manage(there, "restore", str(made))[0] == 0
        code, said = manage(there, "verify_audit")
    assert (code, "Event no. 1 (" in said) == (1, True)


# --- keys ---------------------------------------------------------------------------------------


def test_keys_are_kept_apart_and_locked_and_open_without_settings(
    lived: Lived, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(keys.PASSPHRASE, "a passphrase for a safe")
    file = tmp_path / "safe" / "surety.keys"
    file.parent.mkdir()
    call_command("backup", str(tmp_path / "backups"), keys_to=file)
    assert file.stat().st_mode & 0o777 == 0o600
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert live.AUDIT_KEY.encode() not in everything
    assert live.SECRET_KEY.encode() not in everything

    def opened(passphrase: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "backups.keys", str(file)],
            cwd=ROOT,
            env={keys.PASSPHRASE: passphrase},
            capture_output=True,
            text=True,
            check=False,
        )

    right = opened("a passphrase for a safe")
    assert f"AUDIT_KEY={live.AUDIT_KEY}\n" in right.stdout
    assert f"SECRET_KEY={live.SECRET_KEY}\n" in right.stdout
    wrong = opened("another passphrase, sadly")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr == "This passphrase does not open the keys.\n"


def test_keys_beside_the_backup_and_short_passphrases_are_refused(
    lived: Lived, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    monkeypatch.setenv(keys.PASSPHRASE, "short")
    with pytest.raises(CommandError, match="keep the keys elsewhere"):
        call_command("backup", str(folder), keys_to=folder / "surety.keys")
    with pytest.raises(CommandError, match="12 signs or more"):
        call_command("backup", str(folder), keys_to=tmp_path / "surety.keys")
    assert not folder.exists()
