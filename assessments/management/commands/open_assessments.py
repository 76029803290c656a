"""`manage.py open_assessments --unit CODE`: open assessments for engagements without one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.errors import AlreadyOpen, NothingToAsk
from assessments.selectors import engagements_without
from assessments.services.assessments import open_assessment

_TELL_EVERY = 100


class Command(BaseCommand):
    """Opens one assessment each; run again it goes on where it stopped."""

    help = "Open an assessment for every engagement of a business unit that has none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which unit, and at most how many."""
        parser.add_argument("--unit", required=True, help="code of the business unit")
        parser.add_argument("--limit", type=int, help="open at most this many")

    def handle(self, *args: Any, **options: Any) -> None:
        """One transaction per assessment, so that an interruption loses nothing."""
        unit = BusinessUnit.objects.filter(code=options["unit"]).first()
        if unit is None:
            known = ", ".join(BusinessUnit.objects.values_list("code", flat=True)) or "none"
            raise CommandError(f"There is no business unit “{options['unit']}”; known: {known}.")
        waiting = engagements_without(unit)
        if options["limit"] is not None:
            waiting = waiting[: max(options["limit"], 0)]
        engagements = list(waiting)
        opened = skipped = 0
        for engagement in engagements:
            try:
                open_assessment(engagement=engagement, by=SYSTEM)
                opened += 1
            except (AlreadyOpen, NothingToAsk) as error:
                skipped += 1
                self.stderr.write(f"{engagement.title} ({engagement.pk}): {error.message}")
            if (opened + skipped) % _TELL_EVERY == 0:
                self.stdout.write(f"{opened + skipped:,} of {len(engagements):,}")
        self.stdout.write(f"Opened {opened:,} of {len(engagements):,} assessments.")
