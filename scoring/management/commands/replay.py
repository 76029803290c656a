"""`manage.py replay`: compute stored scores again and hold them against what is stored."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from time import monotonic
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from scoring.services.replay import passes
from scoring.services.replay.findings import Finding, Problem

#: Findings printed in full; the sums count all of them.
_SHOWN = 50


class Command(BaseCommand):
    """Ends with 1 where a score is not what its inputs, model and engine say."""

    help = "Compute stored scores again from what is stored with them, and tell what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One score, all of them, or some by chance."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("score", nargs="?", metavar="SCORE_ID", help="one score, by its id")
        what.add_argument("--all", action="store_true", help="all scores, current ones included")
        what.add_argument(
            "--sample",
            type=int,
            metavar="N",
            help="N scores by chance; the inputs of current ones are gathered anew as well",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell each difference, then the sums."""
        begun = monotonic()
        tally = passes.Tally()
        steps, total = self._steps(options)
        for step in steps:
            shown = tally.found
            tally.add(step)
            for finding in step.findings[: max(0, _SHOWN - shown)]:
                self._tell(finding)
            self._progress(tally, total, monotonic() - begun)
        if tally.found > _SHOWN:
            self.stdout.write(f"… and {tally.found - _SHOWN:,} more")
        self.stdout.write(_sums(tally, monotonic() - begun))
        if not tally.agrees:
            sys.exit(1)

    def _steps(self, options: dict[str, Any]) -> tuple[Iterator[passes.Step], int]:
        if options["all"]:
            return passes.everything(), passes.total()
        if options["sample"] is not None:
            if options["sample"] < 1:
                raise CommandError("A sample needs at least one score.")
            return passes.by_chance(options["sample"]), options["sample"]
        try:
            pk = UUID(options["score"])
        except ValueError as error:
            raise CommandError(f"'{options['score']}' is not the id of a score.") from error
        if not passes.exists(pk):
            raise CommandError("There is no such score.")
        return passes.some([pk]), 1

    def _tell(self, finding: Finding) -> None:
        said = f": {finding.reason}" if finding.reason else ""
        self.stdout.write(f"{finding.subject} {finding.problem.value}{said}")
        for one in finding.differences:
            self.stdout.write(f"  {one.what}: stored {one.stored}, now {one.found}")

    def _progress(self, tally: passes.Tally, total: int, seconds: float) -> None:
        if not self.stderr.isatty():
            return
        rate = tally.scores / seconds if seconds else 0
        left = f", {max(0, total - tally.scores) / rate:.0f} s left" if rate else ""
        line = f"\r{tally.scores:,} of {total:,} scores, {rate:,.0f}/s{left}\x1b[K"
        self.stderr.write(line, ending="" if tally.scores < total else "\n")


def _sums(tally: passes.Tally, seconds: float) -> str:
    if tally.agrees:
        said = "all agree to the milli-point"
    else:
        counts = ((tally.amiss(problem), problem) for problem in Problem)
        said = ", ".join(f"{many:,} {_WORDS[problem]}" for many, problem in counts if many)
    gathered = f", inputs of {tally.gathered:,} gathered anew" if tally.gathered else ""
    return f"{tally.scores:,} scores computed again{gathered} ({seconds:.1f} s): {said}."


_WORDS = {
    Problem.DIFFERS: "differ",
    Problem.UNREADABLE: "cannot be computed again",
    Problem.LOST: "name what is not there",
    Problem.INPUTS: "were made from other inputs than there are now",
}
