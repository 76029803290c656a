"""`manage.py reseal`: after SECRET_KEY was changed, so that the keys of before can go."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.services import resealing


class Command(BaseCommand):
    """Exit code 0 when the key of today opens everything, else 1; a line for each column."""

    help = "Seal with SECRET_KEY what keys in SECRET_KEY_FALLBACKS have sealed."

    def add_arguments(self, parser: CommandParser) -> None:
        """It can also only count."""
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        """Seal anew and say so."""
        done = "to be sealed anew" if dry_run else "sealed anew"
        left = lost = 0
        for one in resealing.reseal(dry_run=dry_run):
            said = f"{one.place}: {one.changed} {done}, {one.current} as they should be"
            if one.unreadable:
                said += f", {one.unreadable} that no key opens"
            self.stdout.write(f"{said}.")
            left += one.changed if dry_run else 0
            lost += one.unreadable
        if lost:
            self.stderr.write(
                "Some texts cannot be read: add the key they were sealed with to "
                "SECRET_KEY_FALLBACKS and run this again, or make them anew."
            )
        if lost or left:
            raise SystemExit(1)
        self.stdout.write("The key of today opens everything that is kept.")
