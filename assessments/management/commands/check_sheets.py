"""`manage.py check_sheets`: prove that every packed sheet says what the answer rows say."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from assessments.services.sheets import check_all


class Command(BaseCommand):
    """Compares all sheets and counters with the rows; ends with 1 where they differ."""

    help = "Compare every assessment's packed sheet with its answer rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to write the sheets anew where they differ."""
        parser.add_argument(
            "--repair", action="store_true", help="write the sheets that differ anew"
        )
        parser.add_argument(
            "--sample", type=int, metavar="N", help="check only N assessments, chosen by chance"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell each assessment that differs, then the sums."""
        checked = 0
        wrong = []
        for assessment_id, differs in check_all(repair=options["repair"], sample=options["sample"]):
            checked += 1
            if differs:
                wrong.append(assessment_id)
                self.stdout.write(f"{assessment_id}: {', '.join(differs)}")
        if not wrong:
            self.stdout.write(f"{checked:,} sheets checked, all agree with their answers.")
            return
        done = "written anew" if options["repair"] else "run with --repair to write them anew"
        self.stdout.write(f"{checked:,} sheets checked, {len(wrong):,} differ: {done}.")
        if not options["repair"]:
            sys.exit(1)
