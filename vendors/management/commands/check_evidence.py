"""`manage.py check_evidence [--remove-left-over]`: prove the stored files by their hashes."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from vendors.services import evidence_check


class Command(BaseCommand):
    """Names every file that is missing or changed, and bytes that no row names."""

    help = "Hash every stored file of evidence again, and compare it with the record."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to delete what is left over."""
        parser.add_argument(
            "--remove-left-over",
            action="store_true",
            help="delete bytes that no row names and that are older than a day",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell what is wrong, then the sums; ends with 1 where a file is not as it should be."""
        checked = wrong = 0
        for one in evidence_check.check_files():
            checked += 1
            if one.state != "same" and one.file is not None:
                wrong += 1
                where = f"evidence {one.file.evidence_id} version {one.file.number}"
                self.stdout.write(f"{one.state}: {where}, {one.key}")
        left = 0
        for one in evidence_check.left_over(remove=options["remove_left_over"]):
            left += 1
            self.stdout.write(f"left over: {one.key}")
        self.stdout.write(f"{checked:,} files checked, {wrong:,} wrong, {left:,} left over.")
        if wrong:
            sys.exit(1)
