"""`manage.py rescore`: compute scores again, here and now."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from scoring.services import catching_up, runs


class Command(BaseCommand):
    """Scores are kept up to date by themselves; this is for after a repair of the data."""

    help = "Compute scores and standings again and say how many there were."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Either everything or one vendor."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--all", action="store_true", help="all vendors and their assessments")
        what.add_argument("--vendor", metavar="ID", help="one vendor, by its id")

    def handle(self, *args: Any, **options: Any) -> None:
        """Score in pieces; a piece that was done stays done when the run is cut short."""
        if options["all"]:
            done = runs.by_hand()
            if not done.done:
                raise CommandError("There is nothing to score.")
            self.stdout.write(
                f"Scored again: assessments {done.done}, of which {done.changed} changed."
            )
            if done.failed:
                raise CommandError(f"{done.failed} could not be scored: see run {done.run.pk}.")
            return
        self._one(options["vendor"])

    def _one(self, name: str) -> None:
        try:
            vendor_id = UUID(name)
        except ValueError as error:
            raise CommandError(f"'{name}' is not the id of a vendor.") from error
        found = catching_up.again(vendor_id=vendor_id)
        if found is None:
            raise CommandError("There is no such vendor.")
        self.stdout.write(f"Scored again: assessments {found}.")
