"""What `bench.rescore` measures, each in a process of its own.

Called as `python -m bench.rescore_parts NAME [NUMBER …]`.

The last line of output is a JSON object.
"""

from __future__ import annotations

import io
import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import django


def load(assessments: int, questions: int) -> dict[str, Any]:
    """Fill the database."""
    from django.core.management import call_command

    from bench import rescore_load

    call_command("migrate", interactive=False, verbosity=0)
    rescore_load.load(assessments, questions)
    return {}


def run(workers: int) -> dict[str, Any]:
    """Put another method in force and score everything by it; one or two workers."""
    from django.db import connection

    from accounts.principal import SYSTEM
    from scoring.models import CurrentScore, Methodology
    from scoring.services import methodologies, publications, runs

    _checkpoint()
    before = Methodology.objects.get(pk=methodologies.published().pk)
    draft = methodologies.copy(source=before, by=SYSTEM)
    kappa = 0.5 + 0.4 * (int(draft.version) % 7) / 7
    content = {**draft.content, "kappa": round(kappa, 4)}
    draft = methodologies.change(draft=draft, revision=draft.revision, content=content, by=SYSTEM)
    asked = publications.publish(draft=draft, revision=draft.revision, reason="Measured", by=SYSTEM)
    used = _cpu()
    began = time.perf_counter()
    runs.cut(asked.pk)
    pieces = list(asked.pieces.order_by("number").values_list("pk", flat=True))
    if workers == 1:
        for piece in pieces:
            runs.go_through(piece)
    else:
        connection.close()
        _side_by_side(_pieces, [pieces[at::workers] for at in range(workers)])
    seconds = time.perf_counter() - began
    used = _cpu() - used if workers == 1 else 0.0
    asked.refresh_from_db()
    if asked.status != "done":
        sys.exit(f"The run ended as {asked.status}.")
    sums = {name: sum(asked.pieces.values_list(name, flat=True)) for name in ("done", "changed")}
    written = CurrentScore.objects.filter(model__methodology=draft.pk).count()
    if written != sums["done"]:
        sys.exit(f"Only {written} of {sums['done']} were scored by the new method.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT avg(pg_column_size(s.*)) FROM (SELECT * FROM scoring_score "
            "ORDER BY id DESC LIMIT 20000) s"
        )
        row_bytes = round(float(cursor.fetchone()[0]))
    return {
        "seconds": seconds,
        "cpu": used,
        "row_bytes": row_bytes,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        **sums,
    }


def _cpu() -> float:
    """Seconds of processor time that this process and its backend have used.

    Unlike the time on the wall it does not depend on what else the machine is doing.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    backend = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    return backend + time.process_time()


def _checkpoint() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _side_by_side(target: Callable[..., None], arguments: list[Any]) -> None:
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=target, args=(one,)) for one in arguments]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        sys.exit("A worker failed.")


def _pieces(ids: list[int]) -> None:
    from scoring.services import runs

    for pk in ids:
        runs.go_through(pk)


#: What a run reads, column by column.
_READ: Final = {
    "assessments": "SELECT a.id, a.vendor_id, a.unit_id, a.engagement_id, a.inputs_version, "
    "a.status, a.signed_off_at, a.mandatory, e.status, e.tier, c.score_id, c.points, c.lo, c.hi, "
    "c.band, c.status, c.inputs_version, c.next_change, c.digest, e.intake_packed, s.cells "
    "FROM assessments_assessment a JOIN vendors_engagement e ON e.id = a.engagement_id "
    "LEFT JOIN assessments_sheet s ON s.assessment_id = a.id "
    "LEFT JOIN scoring_currentscore c ON c.assessment_id = a.id WHERE a.status <> 'closed'",
    "standings": "SELECT id, vendor_id, scope, valid_from, tier, country, archived, status, band, "
    "points, lo, hi, worst_dimension, dimensions, blocked, missing_proofs, assessments, not_rated, "
    "driver FROM scoring_standing WHERE valid_to IS NULL",
}
#: What a run writes: the rows of the last one.
_WRITTEN: Final = {
    "scoring_score": "id IN (SELECT score_id FROM scoring_currentscore)",
    "scoring_currentscore": "true",
    "scoring_standing": "valid_to IS NULL",
    "audit_event": "type = 'scores.written' AND aggregate_id = "
    "(SELECT id FROM scoring_run ORDER BY id DESC LIMIT 1)",
}


def floor() -> dict[str, Any]:
    """COPY the inputs out and the outputs of the last run in; nothing is computed."""
    from django.db import connection, transaction

    _checkpoint()
    with connection.cursor() as cursor:
        kept = {table: _columns(cursor, table) for table in _WRITTEN}
        rows: dict[str, bytes] = {}
        for table, where in _WRITTEN.items():
            pipe = io.BytesIO()
            cursor.copy_expert(
                f"COPY (SELECT {kept[table]} FROM {table} WHERE {where}) TO STDOUT (FORMAT binary)",
                pipe,
            )
            rows[table] = pipe.getvalue()
            cursor.execute(f"DROP TABLE IF EXISTS floor_{table}")
            cursor.execute(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING ALL)")
        cursor.execute("CHECKPOINT")
        used = _cpu()
        began = time.perf_counter()
        bytes_out = 0
        for statement in _READ.values():
            pipe = io.BytesIO()
            cursor.copy_expert(f"COPY ({statement}) TO STDOUT (FORMAT binary)", pipe)
            bytes_out += pipe.tell()
        with transaction.atomic():
            for table, data in rows.items():
                cursor.copy_expert(
                    f"COPY floor_{table} ({kept[table]}) FROM STDIN (FORMAT binary)",
                    io.BytesIO(data),
                    size=1 << 20,
                )
        seconds = time.perf_counter() - began
        used = _cpu() - used
        for table in _WRITTEN:
            cursor.execute(f"DROP TABLE floor_{table}")
    return {
        "seconds": seconds,
        "cpu": used,
        "mb_out": round(bytes_out / 1e6),
        "mb_in": round(sum(map(len, rows.values())) / 1e6),
    }


def _columns(cursor: Any, table: str) -> str:
    cursor.execute(
        "SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) FROM "
        "information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    found: str = cursor.fetchone()[0]
    return found


def compute(workers: int) -> dict[str, Any]:
    """Only the computing of 40,000 assessments, in one process or shared by two."""
    from bench import engine_load
    from scoring.compile import Compiled
    from scoring.engine.provenance import model_hash
    from scoring.services import results

    plan = engine_load.plan_of(100)
    model = Compiled(plan=plan, model_hash=model_hash(plan), questions=plan.item_keys)
    batch = engine_load.batch_of(plan, 20_000)

    def work(times: int) -> None:
        for _ in range(times):
            for at in range(0, batch.size, results.STEP):
                read = results.read(model, batch.rows(slice(at, at + results.STEP)))
                results.evaluate(model, read.resolved)

    work(1)
    began = time.perf_counter()
    if workers == 1:
        work(4)
    else:
        _side_by_side(work, [2, 2])
    return {"seconds": time.perf_counter() - began}


def plain(sample: int) -> dict[str, Any]:
    """The plain way, on a sample that gets answer rows."""
    from bench import rescore_plain

    ids = rescore_plain.prepare(sample)
    began = time.perf_counter()
    rescore_plain.rescore(ids)
    return {"seconds_each": (time.perf_counter() - began) / len(ids)}


def one() -> dict[str, Any]:
    """One assessment: the engine call, and 1,000 weightings."""
    from bench import rescore_one

    return rescore_one.measure()


def saves() -> dict[str, Any]:
    """From a save to its score while a run over the portfolio is going on."""
    from bench import rescore_saves

    return rescore_saves.measure()


def main() -> None:
    """Measure what the arguments name."""
    django.setup()
    name, *arguments = sys.argv[1:]
    print(json.dumps(globals()[name](*map(int, arguments))))


if __name__ == "__main__":
    main()
