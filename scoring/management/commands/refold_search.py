"""`manage.py refold_search`: have search texts written anew that an earlier version has folded."""

from typing import Any

from django.core.management.base import BaseCommand

from scoring.services import outstanding
from vendors.plain_text import RULE


class Command(BaseCommand):
    """Costs nothing where all of them are of this version; `bring_up_to_date` calls it.

    What is stored goes on being searched until the workers have come to it.
    """

    help = "Have workers write anew what is searched, where it was folded by an earlier rule."

    def handle(self, *args: Any, **options: Any) -> None:
        """Put the vendors on the list that the sweep works off, in pieces."""
        count = outstanding.note_refolding(RULE)
        if count:
            self.stdout.write(f"To be searched by a new rule: vendors {count}. Workers do it.")
