"""`manage.py draw_workflow`: write docs/workflow.md from the table of steps."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from assessments import workflow_page


class Command(BaseCommand):
    """Writes the page; needs no database."""

    help = "Write docs/workflow.md, the diagram and table of an assessment's life."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it anew, whole."""
        (settings.BASE_DIR / workflow_page.PATH).write_text(workflow_page.text(), encoding="utf-8")
        self.stdout.write(f"{workflow_page.PATH} written.")
