"""`manage.py load_demo`: an invented company's vendors and two years of work on them."""

import os
from argparse import ArgumentParser
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.errors import Refused
from scoring.demo import loading


class Command(BaseCommand):
    """Loads the demo data into an empty database; says who may sign in only in a private file."""

    help = "Load invented vendors with two years of history into an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How much of it."""
        parser.add_argument("--vendors", type=int, help="only so many vendors, for a quick look")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, then write DEMO_DATA/credentials.json; both or, when it fails, neither counts."""
        folder = os.environ.get("DEMO_DATA")
        if not folder:
            raise CommandError("Say in DEMO_DATA in which folder to write the demo's credentials.")
        file, password = Path(folder) / "credentials.json", os.environ.get("DEMO_PASSWORD", "")
        begun = monotonic()
        try:
            if not loading.is_loaded():
                loaded = loading.load(password=password, most=options["vendors"])
                done = (
                    f"Loaded {loaded.vendors} vendors in {loaded.countries} countries with"
                    f" {loaded.assessments} assessments ({monotonic() - begun:.0f} s)."
                )
            elif file.exists():
                raise CommandError("The demo data are loaded already; nothing was changed.")
            else:
                loaded = loading.open_again(password=password)
                done = "The demo data were loaded before; their password and API key are new."
            loading.write_credentials(file, loaded)
        except Refused as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(done)
