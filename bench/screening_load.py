"""All vendors against a new version of a list, in a database of its own.

    python -m bench.screening_load VENDORS DELTA LISTED

The last line is one JSON object: `seconds` from the first to the last transaction of the run, and
how many matches it `found`.
"""

import io
import json
import random
import sys
import time
from datetime import date


def main(vendors: int, delta: int, listed: int) -> None:
    """Load, run, print."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from accounts.principal import SYSTEM
    from audit import history
    from bench.screening_names import mistaken, names_of, rows
    from vendors.models import ListVersion, ScreeningRun, Vendor
    from vendors.services import list_runs, list_uploads, watch_lists

    call_command("migrate", verbosity=0)
    chance = random.Random(4)
    known = [name for name, person, _aliases, _at in rows(delta, seed=9) if not person]
    names = list(names_of(vendors, seed=1))
    # One vendor in a thousand is somebody of the new version, with a mistake in the name.
    for at in range(0, vendors, 1_000):
        names[at] = mistaken(chance.choice(known), chance)
    for start in range(0, vendors, 5_000):
        Vendor.objects.bulk_create(
            Vendor(name=name, country="DE" if number % 3 else "")
            for number, name in enumerate(names[start : start + 5_000])
        )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM vendors_screeningdue")
        cursor.execute("VACUUM ANALYZE vendors_vendor")

    def version(*parts: tuple[int, int]) -> ListVersion:
        lines = ["reference,name,kind,aliases,countries"]
        for count, seed in parts:
            for number, (name, person, aliases, country) in enumerate(rows(count, seed=seed)):
                kind = "person" if person else "organisation"
                cells = (f"{seed}-{number}", name, kind, "|".join(aliases), country)
                lines.append(",".join(f'"{cell}"' for cell in cells))
        content = "\n".join(lines).encode()
        upload = list_uploads.preview(
            watch_list=watch_list,
            file=io.BytesIO(content),
            size=len(content),
            file_name="list.csv",
            as_of=date(2026, 1, 1),
            by=SYSTEM,
        )
        return list_uploads.confirm(upload=upload, by=SYSTEM)

    with history.writing():
        watch_list = watch_lists.add(
            title="Measured", publisher="Bench", kind="sanctions", by=SYSTEM
        )
        version((listed - delta, 2))
        second = version((listed - delta, 2), (delta, 9))
    began = time.perf_counter()
    list_runs.go_through(version_id=second.pk)
    seconds = round(time.perf_counter() - began, 2)
    run = ScreeningRun.objects.get(list_version=second)
    print(json.dumps({"seconds": seconds, "found": run.found, "vendors": run.done}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
