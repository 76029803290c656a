"""`manage.py setup_token`: what opens the setup page of an empty installation."""

from typing import Any

from django.core.management.base import BaseCommand
from django.urls import reverse

from accounts import mail
from accounts.services import setup


class Command(BaseCommand):
    """Prints a new token; the one before ends. Says so, and nothing else, once it is set up."""

    help = "Print a new token for the setup page, as long as nobody has an account."

    def handle(self, *args: Any, **options: Any) -> None:
        """The token and where to use it."""
        token = setup.new_token()
        if token is None:
            self.stdout.write("Surety is set up: sign in.")
            return
        self.stdout.write(
            "Nobody has an account yet. Set Surety up on this page, with this token:\n"
            f"  {mail.absolute(reverse('accounts:setup'))}\n"
            f"  {token}\n"
            "It works once. A newer one, of another start or of `manage.py setup_token`, ends it."
        )
