"""`manage.py bring_up_to_date`: what a new version needs before it starts."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Brings the schema up to date, then the data that comes with the product.

    Where nobody has an account yet it ends with the token for the setup page.
    """

    help = "Bring the database up to date: its schema, then the facts that come with this version."

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, take up the delivered facts, and say how to begin."""
        call_command("migrate", interactive=False, stdout=self.stdout, stderr=self.stderr)
        call_command("load_law", stdout=self.stdout, stderr=self.stderr)
        call_command("refold_search", stdout=self.stdout, stderr=self.stderr)
        call_command("setup_token", stdout=self.stdout, stderr=self.stderr)
