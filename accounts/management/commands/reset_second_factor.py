"""`manage.py reset_second_factor`: for the last administrator, who has nobody else to ask."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.principal import SYSTEM
from accounts.services import second_factor
from audit.errors import Refused


class Command(BaseCommand):
    """Removes every second factor of one person, ends their sessions, and writes them a letter."""

    help = "Remove the second factor of the person with this e-mail address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, and why."""
        parser.add_argument("email")
        parser.add_argument("--reason", required=True, help="It stands in the log.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ends with 1 and a sentence where there is nothing to reset."""
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError("Nobody has this e-mail address.")
        try:
            second_factor.reset(user=user, reason=options["reason"], by=SYSTEM)
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"The second factor of {user.email} was removed.")
