"""One assessment alone: scored, taken apart, and tried under 1,000 other weightings."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from bench import engine_load
from scoring.compile import Compiled
from scoring.engine.provenance import model_hash
from scoring.engine.sensitivity import sensitivity
from scoring.services import results

_ROUNDS = 200


def measure() -> dict[str, Any]:
    """Medians and 95th percentiles in milliseconds."""
    plan = engine_load.plan_of(100)
    model = Compiled(plan=plan, model_hash=model_hash(plan), questions=plan.item_keys)
    batch = engine_load.batch_of(plan, 1)
    resolved = results.read(model, batch).resolved

    def call() -> object:
        return results.evaluate(model, results.read(model, batch).resolved)

    median, high = _timed(call)
    draws, draws_high = _timed(lambda: sensitivity(plan, resolved, bytes(16)))
    return {
        "engine_call_ms": median,
        "engine_call_p95_ms": high,
        "sensitivity_ms": draws,
        "sensitivity_p95_ms": draws_high,
    }


def _timed(call: Callable[[], object]) -> tuple[float, float]:
    found = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        call()
        found.append((time.perf_counter() - began) * 1000)
    # The first ones meet cold caches.
    warm = sorted(found[20:])
    return round(statistics.median(warm), 3), round(warm[int(len(warm) * 0.95)], 3)
