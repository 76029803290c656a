"""`manage.py import_vendors FILE [--unit CODE] [--system KEY] [--dry-run]`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit.errors import Refused
from vendors.imports.table import MOST_BYTES
from vendors.models import VendorImport
from vendors.services import imports


class Command(BaseCommand):
    """Imports a list of vendors and names every row that was refused."""

    help = (
        "Import vendors from a CSV or Excel file. Refused rows are listed with their line and "
        "reason; the rest goes in. Running it twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """File, unit, system of the ids, and whether to write anything."""
        parser.add_argument("file", type=Path, help="CSV (, ; tab) or Excel workbook")
        parser.add_argument("--unit", help="code of the business unit; not needed if there is one")
        parser.add_argument(
            "--system",
            default=imports.DEFAULT_SYSTEM,
            help="system the vendor ids come from, if the list does not say (default: erp)",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would happen; write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Preview, print, and unless it is a dry run, import."""
        unit = _unit(options["unit"])
        path: Path = options["file"]
        try:
            made = imports.preview(
                unit=unit,
                file_name=path.name,
                content=_content(path),
                system=options["system"],
                by=SYSTEM,
            )
            if options["dry_run"]:
                made = imports.discard(vendor_import=made, by=SYSTEM)
            else:
                made = imports.run(vendor_import=made, by=SYSTEM)
        except Refused as error:
            raise CommandError(error.message) from error
        self._tell(made, dry=options["dry_run"])

    def _tell(self, made: VendorImport, *, dry: bool) -> None:
        report = made.report
        how = report["format"]
        read_as = how["sheet"] or f"{how['encoding']}, separated by {how['delimiter']!r}"
        self.stdout.write(f"{made.file_name}: read as {read_as}; unit {made.unit.name}")
        for heading, field in report["columns"]:
            self.stdout.write(f"  {heading} -> {field}")
        if report["unused"]:
            self.stdout.write(f"  not used: {', '.join(report['unused'])}")
        for said in report["refused"]:
            where = f"line {said['line']}" + (f", {said['column']}" if said["column"] else "")
            value = f" “{said['value']}”" if said["value"] else ""
            self.stdout.write(f"refused: {where}{value}: {said['reason']}")
        counts = report["counts"]
        self.stdout.write(
            ("Nothing was written. Would be: " if dry else "Done: ")
            + f"{counts['new']} new, {counts['linked']} linked from other units, "
            f"{counts['changed']} changed, {counts['unchanged']} there already, "
            f"{counts['duplicates']} repeated in the list, {counts['refused']} refused "
            f"of {counts['rows']} rows."
        )


def _unit(code: str | None) -> BusinessUnit:
    units = list(BusinessUnit.objects.order_by("code"))
    codes = ", ".join(unit.code for unit in units) or "none yet"
    if code is None:
        if len(units) == 1:
            return units[0]
        raise CommandError(f"Name the business unit with --unit CODE. There are: {codes}.")
    for unit in units:
        if unit.code == code:
            return unit
    raise CommandError(f"There is no business unit “{code}”. There are: {codes}.")


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CommandError(f"{path} is larger than {MOST_BYTES // 1_000_000} MB. Split it.")
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
