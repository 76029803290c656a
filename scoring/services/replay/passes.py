"""Going through stored scores: one, some by chance, or all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from scoring.models import Score
from scoring.services.replay import proof, renewed, stored
from scoring.services.replay.findings import Finding, Problem
from scoring.services.replay.models import Models


@dataclass(frozen=True, slots=True)
class Step:
    """What has been done since the step before: scores computed again, scores whose inputs were
    gathered anew, and what was found."""

    scores: int = 0
    gathered: int = 0
    findings: Sequence[Finding] = ()


def everything() -> Iterator[Step]:
    """The whole history, then the current scores: those that keep inputs of their own are computed
    again, and the others have to go with the history. Memory does not grow with their number."""
    models = Models()
    for rows in stored.history():
        yield Step(len(rows), findings=list(proof.prove(rows, models)))
    for rows in stored.drafts():
        yield Step(len(rows), findings=list(proof.prove(rows, models, current=True)))
    for found in stored.astray():
        yield Step(findings=[proof.astray(found)])


def some(ids: Sequence[UUID]) -> Iterator[Step]:
    """These scores of the history; where one is current, its inputs are gathered anew as well."""
    models = Models()
    for rows in stored.some(ids):
        yield Step(len(rows), findings=list(proof.prove(rows, models)))
        there = [UUID(row.pk) for row in rows]
        for _pk, found in renewed.compare(there, models):
            yield Step(gathered=1, findings=[] if found is None else [found])


def by_chance(many: int) -> Iterator[Step]:
    """So many scores of the history, treated as `some`."""
    return some(stored.by_chance(many))


def exists(pk: UUID) -> bool:
    """Whether the history has this score."""
    return Score.objects.filter(pk=pk).exists()


def total() -> int:
    """How many scores `everything` computes again."""
    return stored.count()


class Tally:
    """The sums of the steps so far."""

    def __init__(self) -> None:
        self.scores = self.gathered = self.found = 0
        self._amiss = dict.fromkeys(Problem, 0)

    def add(self, step: Step) -> None:
        self.scores += step.scores
        self.gathered += step.gathered
        self.found += len(step.findings)
        for found in step.findings:
            self._amiss[found.problem] += 1

    def amiss(self, problem: Problem) -> int:
        """How many scores have this problem."""
        return self._amiss[problem]

    @property
    def agrees(self) -> bool:
        """Whether nothing was found."""
        return not self.found
