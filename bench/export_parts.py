"""What `bench.export` measures, in a process of its own that knows the loaded database."""

import json
import resource
import sys
import time
from typing import Any

import django


class _Nothing:
    """Takes what COPY yields and keeps none of it."""

    def write(self, _piece: bytes) -> None: ...


def main() -> None:
    """Do as the command line says; the last line of output is a JSON object."""
    django.setup()
    what, *rest = sys.argv[1:]
    print(json.dumps(_times(int(rest[0])) if what == "times" else _memory(rest[0], int(rest[1]))))


def _export(file_format: str) -> Any:
    """An export of all ratings, that no row of the database tells of."""
    from accounts.models import ApiClient
    from scoring.models import Export

    client = ApiClient.objects.get(name="ERP")
    return Export(client=client, what="scores", format=file_format, units=None, with_ratings=True)


def _times(rounds: int) -> dict[str, float]:
    """Seconds of the floor and of each format, the best of some rounds taken in turn."""
    from bench.export import FORMATS

    best: dict[str, float] = {}
    for _round in range(rounds):
        for name in ("floor", *FORMATS):
            began = time.perf_counter()
            _bare() if name == "floor" else _whole(name)
            took = time.perf_counter() - began
            best[name] = min(best.get(name, took), took)
    return best


def _bare() -> None:
    from django.db import connection

    from audit import clock
    from scoring.selectors.export_rows import rows_of

    ids = "array_agg(system || ':' || value)"
    rows = rows_of(_export("ndjson"), ids=ids, today=clock.today())
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({rows}) TO STDOUT", _Nothing())


def _whole(name: str, rows: int | None = None) -> None:
    """All that a worker does but for the rows that tell of it."""
    from scoring.services import export_files, exports

    export = _export(name)
    copy = exports.copy_of(export)
    if rows is not None:
        copy = copy.replace(" ORDER BY s.vendor_id", f" ORDER BY s.vendor_id LIMIT {rows}", 1)
        assert " LIMIT " in copy
    with export_files.temporary() as file:
        made = export_files.write(export, copy, file, lambda _rows: None)
        assert rows is None or made.rows == rows
        export_files.discard(export_files.store(str(export.pk), file, made.stored_size))


def _memory(name: str, rows: int) -> dict[str, float]:
    """The most memory that this process has needed, in MB."""
    _whole(name, rows)
    return {"mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)}


if __name__ == "__main__":
    main()
