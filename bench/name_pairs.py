"""How well names are compared: precision, recall and F1 over a file of labelled pairs.

    python -m bench.name_pairs PAIRS.csv [--show]

Columns `name1`, `name2`, `is_match` (true or false) and, where there are people, `schema` (Person).
`--show` names the pairs that come out otherwise than labelled. The thresholds are also fitted on
four fifths of the pairs and tried on the rest, twenty times over, to see that they hold for pairs
they were not made from. The last line is one JSON object.
"""

import argparse
import csv
import itertools
import json
import random
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vendors.matching.match import compare_names, threshold
from vendors.matching.normalise import Name, read

Pair = tuple[Name, Name, bool]
Counts = tuple[int, int, int]


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    with asked.pairs.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    said: dict[str, Any] = {}
    for kind in ("organisations", "people"):
        is_person = kind == "people"
        pairs = [
            (
                read(row["name1"], is_person=is_person),
                read(row["name2"], is_person=is_person),
                row["is_match"].strip().lower() == "true",
            )
            for row in rows
            if (row.get("schema") == "Person") == is_person
        ]
        if pairs:
            said[kind] = _measured(pairs, show=asked.show)
            print(kind, said[kind])
    print(json.dumps(said))


def _measured(pairs: Sequence[Pair], *, show: bool) -> dict[str, Any]:
    scores = [compare_names(one, other).score for one, other, _same in pairs]
    marks = [threshold(one) for one, _other, _same in pairs]
    alerts = [score >= mark - 1e-9 for score, mark in zip(scores, marks, strict=True)]
    if show:
        for (one, other, same), alert, score in zip(pairs, alerts, scores, strict=True):
            if alert != same:
                word = "alert" if alert else "none"
                print(f"  {word:5} {score:.2f}  {one.raw} | {other.raw}")
    labels = [same for _one, _other, same in pairs]
    hits, wrong, missed = _counts(alerts, labels, range(len(pairs)))
    return {
        "pairs": len(pairs),
        "precision": round(hits / max(1, hits + wrong), 3),
        "recall": round(hits / max(1, hits + missed), 3),
        "f1": round(_f1((hits, wrong, missed)), 3),
        "f1_cross_validated": _cross_validated(pairs, scores, labels),
    }


def _counts(alerts: Sequence[bool], labels: Sequence[bool], which: Sequence[int]) -> Counts:
    hits = sum(alerts[at] and labels[at] for at in which)
    wrong = sum(alerts[at] and not labels[at] for at in which)
    missed = sum(not alerts[at] and labels[at] for at in which)
    return hits, wrong, missed


def _f1(counts: Counts) -> float:
    hits, wrong, missed = counts
    return 2 * hits / max(1, 2 * hits + wrong + missed)


def _cross_validated(
    pairs: Sequence[Pair], scores: Sequence[float], labels: Sequence[bool]
) -> float:
    """Mean F1 on pairs kept aside while threshold and its growth were fitted on the others."""
    tried = []
    for base, growth, long in itertools.product(
        (0.6, 0.65, 0.7, 0.75, 0.8), (0.1, 0.2, 0.3), (10, 12, 14)
    ):
        marks = [base + growth * max(0.0, long - one.length) / long for one, _o, _s in pairs]
        tried.append([score >= mark - 1e-9 for score, mark in zip(scores, marks, strict=True)])
    found = []
    for seed in range(20):
        order = list(range(len(pairs)))
        random.Random(seed).shuffle(order)
        total = [0, 0, 0]
        for fold in range(5):
            aside = order[fold::5]
            fitted = [at for at in order if at not in set(aside)]
            best = max(tried, key=lambda alerts: _f1(_counts(alerts, labels, fitted)))
            total = [a + b for a, b in zip(total, _counts(best, labels, aside), strict=True)]
        found.append(_f1((total[0], total[1], total[2])))
    return round(statistics.mean(found), 3)


if __name__ == "__main__":
    main()
