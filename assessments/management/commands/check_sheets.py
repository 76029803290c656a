"""`manage.py check_sheets`: prove that what is packed says what the rows say."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from assessments.services import intakes, sheets
from assessments.services.intakes import Packing


class Command(BaseCommand):
    """Compares sheets, counters and packed intakes with the rows; ends with 1 where they differ."""

    help = "Compare every packed sheet with its answer rows, and every packed intake with its own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to write anew what differs."""
        parser.add_argument(
            "--repair", action="store_true", help="write the sheets and intakes that differ anew"
        )
        parser.add_argument(
            "--sample",
            type=int,
            metavar="N",
            help="check only N assessments, chosen by chance, and no intakes",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell each that differs, then the sums."""
        repair, sample = options["repair"], options["sample"]
        checked = wrong = unpacked = 0
        for pk, differs in sheets.check_all(repair=repair, sample=sample):
            checked += 1
            if differs:
                wrong += 1
                self.stdout.write(f"assessment {pk}: {', '.join(differs)}")
        said = f"{checked:,} sheets"
        if sample is None:
            count = 0
            for pk, packing in intakes.check_all(repair=repair):
                count += 1
                unpacked += packing is Packing.MISSING
                if packing in {Packing.DIFFERS, Packing.WRONG}:
                    wrong += 1
                    self.stdout.write(f"engagement {pk}: {packing}")
            said += f" and {count:,} intakes"
        if unpacked:
            done = "are packed now" if repair else "are not packed; --repair packs them"
            self.stdout.write(f"{unpacked:,} intakes {done}.")
        if not wrong:
            self.stdout.write(f"{said} checked, all agree with their answers.")
            return
        done = "written anew" if repair else "run with --repair to write them anew"
        self.stdout.write(f"{said} checked, {wrong:,} differ: {done}.")
        if not repair:
            sys.exit(1)
