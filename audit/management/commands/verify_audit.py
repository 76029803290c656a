"""`manage.py verify_audit`: is the record what was written?"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from audit.verify import Report, verify


class Command(BaseCommand):
    """Exit code 0 and one sentence when all holds; else 1 and the first row that is wrong."""

    help = "Recompute every digest and seal of the record, and name the first row that is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        """The anchor file may be a copy kept elsewhere."""
        parser.add_argument(
            "--anchor",
            type=Path,
            default=Path(settings.AUDIT_ANCHOR_FILE),
            help="the anchor file (default: AUDIT_ANCHOR_FILE)",
        )

    def handle(self, *args: Any, anchor: Path, **options: Any) -> None:
        """Verify and say so."""
        report = verify(key=settings.AUDIT_KEY.encode(), anchor_file=anchor)
        if not anchor.exists():
            self.stderr.write(f"No anchor file at {anchor}: a cut-off end would not show.")
        if report.broken is not None:
            self.stderr.write(self.style.ERROR(report.broken.sentence))
            raise SystemExit(1)
        self.stdout.write(_sentence(report))


def _sentence(report: Report) -> str:
    said = f"The record holds: {report.sealed} events under {report.seals} seals"
    if report.erased:
        said += f", the private detail of {report.erased} erased"
    if report.unsealed:
        said += f"; {report.unsealed} events are not sealed yet"
    return f"{said}."
