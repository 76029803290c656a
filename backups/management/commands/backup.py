"""`manage.py backup FOLDER`: the database, the files of evidence and, apart, the keys."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from backups import keys, manifest
from backups.errors import BackupError
from backups.services import making


class Command(BaseCommand):
    """Exit code 1 when there is no backup, or one in which files are not as they were recorded."""

    help = (
        "Make a backup in a new folder below FOLDER, while people work. With --verify, prove one "
        "that was made: FOLDER is then the backup itself."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and what of it."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--verify", action="store_true", help="check every file of a backup")
        parser.add_argument(
            "--without-evidence",
            action="store_true",
            help="leave the files of evidence out, where they are copied by other means",
        )
        parser.add_argument(
            "--keys-to",
            type=Path,
            metavar="FILE",
            help="also write AUDIT_KEY and SECRET_KEY to this new file, locked with the passphrase "
            f"{keys.PASSPHRASE}; keep it elsewhere than the backup",
        )

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Make it or prove it."""
        try:
            if options["verify"]:
                said = manifest.prove(folder, self._say)
                wrong = said["wrong"]
            else:
                wrong = self._make(folder, options)
        except BackupError as error:
            raise CommandError(str(error)) from error
        if wrong:
            self.stderr.write(
                self.style.ERROR(
                    f"{wrong} files of evidence were not as recorded when the backup was made: see "
                    "manage.py check_evidence."
                )
            )
            sys.exit(1)

    def _make(self, folder: Path, options: dict[str, Any]) -> int:
        self._keys(folder, options["keys_to"])
        done = making.make(folder, evidence=not options["without_evidence"], say=self._say)
        self.stdout.write(f"The backup is {done}")
        wrong: int = manifest.read(done)["wrong"]
        return wrong

    def _keys(self, folder: Path, path: Path | None) -> None:
        if path is None:
            return
        if folder.resolve() in path.resolve().parents:
            raise BackupError(f"{path} lies beside the backups: keep the keys elsewhere.")
        values = {"AUDIT_KEY": settings.AUDIT_KEY, "SECRET_KEY": settings.SECRET_KEY}
        if settings.SECRET_KEY_FALLBACKS:
            values["SECRET_KEY_FALLBACKS"] = ",".join(
                str(one) for one in settings.SECRET_KEY_FALLBACKS
            )
        text = keys.lock(values, keys.ask())
        try:
            manifest.write_whole(path, text.encode())
        except OSError as error:
            raise BackupError(f"The keys cannot be written to {path}: {error.strerror}.") from error
        self.stdout.write(f"The keys are in {path}, locked.")

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
