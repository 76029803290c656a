"""`manage.py retention`: apply the rules of retention now, or only tell what they would take."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from assessments.selectors.retention import due_now
from assessments.services import retention


class Command(BaseCommand):
    """A line per rule: key, days kept (0: for ever), how many go, how many a hold keeps."""

    help = "Erase what the rules of retention say; with --dry-run only tell what would go."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to write nothing."""
        parser.add_argument("--dry-run", action="store_true", help="erase nothing, only count")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count, and unless it is a dry run, erase."""
        for due in due_now():
            kept = f"{due.rule.days} days" if due.rule.days else "for ever"
            self.stdout.write(
                f"{due.rule.key}: kept {kept}, {due.going:,} would go, {due.held:,} are held"
            )
        if options["dry_run"]:
            self.stdout.write("Nothing was erased.")
            return
        counts = retention.apply()
        self.stdout.write(f"{sum(counts.values()):,} were erased.")
