"""`manage.py rescore`: compute scores again, here and now."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from scoring.services import catching_up


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
        vendor_id = None
        if options["vendor"]:
            try:
                vendor_id = UUID(options["vendor"])
            except ValueError as error:
                raise CommandError(f"'{options['vendor']}' is not the id of a vendor.") from error
        assessments = vendors = 0
        for piece in catching_up.again(vendor_id=vendor_id):
            assessments += piece.assessments
            vendors += piece.vendors
            if options["verbosity"] > 1:
                self.stdout.write(f"So far: assessments {assessments}, vendors {vendors}")
        if not vendors:
            raise CommandError("There is no such vendor." if vendor_id else "There are no vendors.")
        self.stdout.write(f"Scored again: assessments {assessments}, vendors {vendors}.")
