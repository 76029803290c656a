"""`manage.py verify_audit`: is the record what was written?"""

import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import bundle
from audit.verify import Report, verify


class Command(BaseCommand):
    """Exit code 0 and one sentence when all holds; else 1 and the first row that is wrong."""

    help = (
        "Recompute every digest and seal of the record, and name the first row that is wrong. "
        "With --bundle it reads a file instead, and asks nothing of the database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The anchor file may be a copy kept elsewhere."""
        parser.add_argument(
            "--anchor", type=Path, help="the anchor file (default: AUDIT_ANCHOR_FILE)"
        )
        parser.add_argument(
            "--bundle", type=Path, metavar="FILE", help="a file that export_record has written"
        )
        parser.add_argument(
            "--without-key",
            action="store_true",
            help="with --bundle: as somebody would verify it who does not have AUDIT_KEY",
        )
        bundle.add_arguments(parser)

    def handle(
        self, *args: Any, anchor: Path | None, letter: Sequence[Path], **options: Any
    ) -> None:
        """Verify and say so."""
        if options["bundle"] is not None:
            self._bundle(options["bundle"], anchor, letter, options)
            return
        try:
            told = bundle.outside_of(anchor=None, letter=letter, public_key="", key=None).letters
        except (bundle.NotABundle, OSError) as error:
            raise CommandError(str(error)) from error
        path = anchor or Path(settings.AUDIT_ANCHOR_FILE)
        report = verify(key=settings.AUDIT_KEY.encode(), anchor_file=path, letters=told)
        if not path.exists():
            self.stderr.write(f"No anchor file at {path}: a cut-off end would not show.")
        if report.broken is not None:
            self.stderr.write(self.style.ERROR(report.broken.sentence))
            raise SystemExit(1)
        self.stdout.write(_sentence(report))

    def _bundle(
        self, path: Path, anchor: Path | None, letter: Sequence[Path], options: dict[str, Any]
    ) -> None:
        key: bytes | None = settings.AUDIT_KEY.encode()
        if options["key_file"] is not None:
            key = options["key_file"].read_bytes().strip()
        elif options["without_key"]:
            key = None
        try:
            outside = bundle.outside_of(
                anchor=anchor, letter=letter, public_key=options["public_key"], key=key
            )
            report = bundle.verify(path, outside)
        except (bundle.NotABundle, OSError, EOFError, zlib.error) as error:
            self.stderr.write(self.style.ERROR(str(error)))
            sys.exit(2)
        if report.wrong is not None:
            self.stderr.write(self.style.ERROR(report.wrong.sentence))
            sys.exit(1)
        self.stdout.write("\n".join(bundle.sentences(report)))


def _sentence(report: Report) -> str:
    said = f"The record holds: {report.sealed} events under {report.seals} seals"
    if report.erased:
        said += f", the private detail of {report.erased} erased"
    if report.unsealed:
        said += f"; {report.unsealed} events are not sealed yet"
    return f"{said}."
