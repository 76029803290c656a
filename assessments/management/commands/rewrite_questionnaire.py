"""`manage.py rewrite_questionnaire FILE`: the file again, in the one form that exports have."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments import schema
from assessments.exchange import yaml_file


class Command(BaseCommand):
    """Rewrite questionnaire files in place. Notes after # are lost: write them as `comment`."""

    help = "Rewrite questionnaire files (YAML) in the form in which they are exported."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the files."""
        parser.add_argument("files", nargs="+", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Rewrite each file; say what is wrong with one that cannot be read."""
        for path in options["files"]:
            try:
                content = schema.load(path.read_bytes())
            except (OSError, schema.QuestionFileInvalid) as error:
                raise CommandError(f"{path}: {error}") from error
            path.write_text(yaml_file.write(content), encoding="utf-8")
            self.stdout.write(f"{path}: {content.key} {content.version} {content.content_hash}")
