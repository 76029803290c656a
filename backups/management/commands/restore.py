"""`manage.py restore FOLDER`: bring a backup back."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import seal
from backups.errors import BackupError
from backups.services import restoring


class Command(BaseCommand):
    """Exit code 1, and nothing written, when something speaks against it."""

    help = "Bring a backup back into an empty installation; FOLDER is the backup itself."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Which one, and what may be lost for it."""
        parser.add_argument("folder", type=Path, nargs="?")
        parser.add_argument(
            "--recovered",
            action="store_true",
            help="no folder: PostgreSQL has brought the database back to a moment by its own log",
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="replace all that is in the database, and files of the same names",
        )
        parser.add_argument(
            "--go-back",
            action="store_true",
            help="although the anchor file knows later events, which will be lost",
        )

    def handle(self, *args: Any, folder: Path | None, **options: Any) -> None:
        """Restore, seal what was noted, and say what to do next."""
        if (folder is None) != options["recovered"]:
            raise CommandError("Name the folder of a backup, or say --recovered.")
        try:
            if folder is None:
                restoring.recovered(go_back=options["go_back"])
            else:
                restoring.restore(
                    folder,
                    replace=options["replace"],
                    go_back=options["go_back"],
                    say=self._say,
                )
        except BackupError as error:
            raise CommandError(str(error)) from error
        seal.seal()
        self.stdout.write("Restored. Prove it, then start the processes:")
        for line in ("verify_audit", "check_evidence", "replay --sample 500", "check_sheets"):
            self.stdout.write(f"  manage.py {line}")

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
