"""`manage.py import_watch_list KEY FILE --as-of DAY [--dry-run]`."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.principal import SYSTEM
from audit.errors import Refused
from vendors.models import ListUpload
from vendors.selectors.watch_lists import watch_lists
from vendors.services import list_uploads


class Command(BaseCommand):
    """Imports a file as the new version of a watch-list, whole or not at all."""

    help = (
        "Import a CSV file as the new version of the watch-list with this key. Wrong cells are "
        "named by line and column, and then nothing is imported. The same file again changes "
        "nothing. Workers compare all vendors with what is new in it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """List, file, its day, whether to write anything."""
        parser.add_argument("key", help="key of the list, as the page of the lists shows it")
        parser.add_argument("file", type=Path, help="CSV in UTF-8")
        parser.add_argument("--as-of", type=date.fromisoformat, required=True, help="YYYY-MM-DD")
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would happen; write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Look through, print, and unless it is a dry run, import."""
        watch_list = watch_lists().filter(key=options["key"]).first()
        if watch_list is None:
            known = ", ".join(watch_lists().order_by("key").values_list("key", flat=True))
            raise CommandError(f"There is no list “{options['key']}”. There are: {known or 'none'}")
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                upload = list_uploads.preview(
                    watch_list=watch_list,
                    file=file,
                    size=path.stat().st_size,
                    file_name=path.name,
                    as_of=options["as_of"],
                    by=SYSTEM,
                )
            self._tell(upload)
            if options["dry_run"] or upload.report["problems"]:
                list_uploads.discard(upload=upload, by=SYSTEM)
            else:
                version = list_uploads.confirm(upload=upload, by=SYSTEM)
                self.stdout.write(f"imported as version {version.number}")
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except Refused as error:
            raise CommandError(error.message) from error
        if upload.report["problems"]:
            raise CommandError("Nothing was imported.")

    def _tell(self, upload: ListUpload) -> None:
        for said in upload.report["problems"]:
            where = f"line {said['line']}" + (f", {said['column']}" if said["column"] else "")
            self.stdout.write(f"wrong: {where}: {said['value']!r}: {said['reason']}")
        counts = upload.report["counts"]
        self.stdout.write(
            ", ".join(f"{counts[key]} {key}" for key in ("new", "changed", "gone", "same"))
        )
