"""`manage.py load_law`: take up the facts about countries that come with the product."""

from typing import Any

from django.core.management.base import BaseCommand

from vendors import law_data
from vendors.services import law_release


class Command(BaseCommand):
    """Takes up the delivered facts about countries; harmless twice."""

    help = (
        "Take up the facts about the law of countries that come with this version. What an earlier "
        "version said otherwise is withdrawn, never deleted; what counsel entered stays and wins."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Take up, and say whether there was anything to do."""
        release = law_data.release()
        made = law_release.take_up(release)
        said = "taken up" if made is not None else "there already"
        self.stdout.write(f"Facts about countries, {release.version}: {said}.")
