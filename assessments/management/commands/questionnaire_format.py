"""`manage.py questionnaire_format`: write docs/questionnaire-format.md anew."""

from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand

from assessments.exchange import format_page

PAGE: Final = Path(__file__).parents[3] / "docs" / "questionnaire-format.md"


class Command(BaseCommand):
    """Write the page about the format of questionnaire files."""

    help = "Write docs/questionnaire-format.md from the format itself."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it."""
        PAGE.write_text(format_page.markdown(), encoding="utf-8")
        self.stdout.write(str(PAGE.name))
