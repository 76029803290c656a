"""`manage.py open_assessments --unit CODE`: open assessments for engagements without one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.errors import AlreadyOpen, NothingToAsk
from assessments.selectors.assessments import engagements_without
from assessments.services.assessments import open_assessment
from vendors.intake import SERVICES
from vendors.selectors import without_engagement
from vendors.services import engagements as engagement_service

_TELL_EVERY = 100


class Command(BaseCommand):
    """Opens one assessment each; run again it goes on where it stopped."""

    help = "Open an assessment for every engagement of a business unit that has none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which unit, and at most how many."""
        parser.add_argument("--unit", required=True, help="code of the business unit")
        parser.add_argument("--limit", type=int, help="open at most this many")
        parser.add_argument(
            "--engage",
            metavar="SERVICE",
            choices=[str(service) for service in SERVICES],
            help="first add an engagement for this service to vendors without any; nothing about it"
            " is known yet, so its inherent risk is the highest until the intake is filled in",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """One transaction per assessment, so that an interruption loses nothing."""
        unit = BusinessUnit.objects.filter(code=options["unit"]).first()
        if unit is None:
            known = ", ".join(BusinessUnit.objects.values_list("code", flat=True)) or "none"
            raise CommandError(f"There is no business unit “{options['unit']}”; known: {known}.")
        if options["engage"]:
            self._engage(unit, options["engage"], options["limit"])
        waiting = engagements_without(unit, SYSTEM)
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

    def _engage(self, unit: BusinessUnit, service: str, limit: int | None) -> None:
        vendors = without_engagement(unit)
        added = 0
        for vendor in list(vendors if limit is None else vendors[: max(limit, 0)]):
            engagement_service.create(
                vendor=vendor,
                unit=unit,
                title="Still to be described",
                service=service,
                intake={},
                by=SYSTEM,
            )
            added += 1
            if added % _TELL_EVERY == 0:
                self.stdout.write(f"{added:,} engagements added")
        self.stdout.write(f"Added {added:,} engagements.")
