"""`manage.py export_record FILE`: the record as a file that can be proved elsewhere."""

import gzip
import os
import sys
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.principal import SYSTEM
from accounts.services import the_record
from audit import signing

_EVERY = 100_000


class Command(BaseCommand):
    """Writes FILE.part and renames it at the end, so that half a file never looks whole."""

    help = "Write the sealed record to a file; `verify_audit --bundle FILE` proves it anywhere."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and whether with what people may have erased."""
        parser.add_argument("file", type=Path, help="new file; compressed if its name ends in .gz")
        parser.add_argument(
            "--with-details",
            action="store_true",
            help="with names, notes and answers beside the record; they cannot be erased in a copy",
        )

    def handle(self, *args: Any, file: Path, with_details: bool, **options: Any) -> None:
        """Write it whole or not at all."""
        if file.exists():
            raise CommandError(f"{file} exists: choose another name.")
        draft = file.with_name(f"{file.name}.part")
        try:
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as raw:
                count = self._write(raw, packed=file.suffix == ".gz", details=with_details)
                raw.flush()
                os.fsync(raw.fileno())
            draft.replace(file)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise CommandError(f"{file} cannot be written: {error.strerror or error}.") from error
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        self.stdout.write(f"Written to {file}: {count} lines. Prove it with:")
        self.stdout.write(f"  manage.py verify_audit --bundle {file}")
        self.stdout.write("or, without this installation, with the folder audit of its source:")
        public = signing.to_text(signing.public_key(settings.AUDIT_KEY.encode()))
        self.stdout.write(f"  python -m audit.bundle {file} --public-key {public}")

    def _write(self, raw: IO[bytes], *, packed: bool, details: bool) -> int:
        out: IO[bytes] = gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) if packed else raw  # type: ignore[assignment]
        count = 0
        for line in the_record.exported(by=SYSTEM, details=details):
            out.write(line)
            count += 1
            if count % _EVERY == 0 and sys.stderr.isatty():
                self.stderr.write(f"{count} lines …")
        if packed:
            out.close()
        return count
