"""The life of a run: cancelled, resumed, taken over, at an end; and what is on the record."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit.models import Event
from audit.seal import seal
from audit.verify import verify
from scoring.models import CurrentScore, Outstanding, Run, RunPiece, Score, Standing
from scoring.run_rows import ROW
from scoring.services import publications, runs
from scoring.services.bulk import reading
from tests.factories.accounts import make_unit
from tests.factories.methods import in_force, make_draft
from tests.factories.runs import (
    another_method,
    begin,
    finish,
    one_block,
    pieces,
    portfolio,
    said,
    whole,
)
from tests.factories.scoring import recount, rolled_up, scored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two assessments to a block, four to a piece."""
    monkeypatch.setattr(runs, "BLOCK", 2)
    monkeypatch.setattr(runs, "PIECE", 4)


def events(run: Run, kind: str) -> list[Event]:
    """The events of a run of one type, in order."""
    return list(Event.objects.filter(aggregate_id=run.pk, type=kind).order_by("position"))


def scored_by(run: Run) -> set[Any]:
    """The assessments whose score is by the run's method."""
    rows = CurrentScore.objects.filter(model__methodology=run.methodology_id)
    return set(rows.values_list("pk", flat=True))


class TestCancelled:
    def test_what_is_done_stays_and_the_record_says_how_much(self, unit: BusinessUnit) -> None:
        portfolio(unit)
        run = begin(another_method())
        one_block(run)
        done = scored_by(run)
        runs.cancel(run=run, by=SYSTEM)
        finish(run)
        assert run.status == Run.Status.CANCELLED
        assert scored_by(run) == done
        (event,) = events(run, "run.cancelled")
        assert (event.data["done"], event.data["total"]) == (len(done), run.total)
        assert not events(run, "run.completed")
        assert rolled_up() == recount()

    def test_a_resumed_run_goes_on_where_it_stopped(self, unit: BusinessUnit) -> None:
        made = portfolio(unit)
        run = begin(another_method())
        one_block(run)
        before = set(Score.objects.values_list("pk", flat=True))
        runs.cancel(run=run, by=SYSTEM)
        runs.resume(run=run, by=SYSTEM)
        runs.cut(run.pk)
        finish(run)
        assert run.status == Run.Status.DONE
        assert scored_by(run) == {one.pk for one in made}
        assert sum(piece.done for piece in pieces(run)) == run.total == len(made)
        vendors = [event.data["first_vendor"] for event in events(run, "scores.written")]
        assert len(vendors) == len(set(vendors))
        again = Score.objects.filter(cause="methodology.published").values_list("assessment_id")
        assert again.count() == again.distinct().count()
        assert before < set(Score.objects.values_list("pk", flat=True))
        assert [event.data["kind"] for event in events(run, "run.resumed")] == ["publication"]

    def test_what_has_ended_can_neither_be_cancelled_nor_resumed(self, unit: BusinessUnit) -> None:
        scored(unit)
        run = whole(another_method())
        with pytest.raises(runs.NotRunning, match="ended already"):
            runs.cancel(run=run, by=SYSTEM)
        with pytest.raises(runs.NotRunning, match="Only a cancelled run"):
            runs.resume(run=run, by=SYSTEM)

    def test_by_a_method_no_longer_in_force_nothing_is_resumed(self, unit: BusinessUnit) -> None:
        portfolio(unit)
        run = begin(another_method())
        runs.cancel(run=run, by=SYSTEM)
        another_method()
        with pytest.raises(runs.NotRunning, match="method has changed"):
            runs.resume(run=run, by=SYSTEM)

    def test_a_preview_of_a_draft_that_was_changed_is_not_resumed(self, unit: BusinessUnit) -> None:
        portfolio(unit)
        draft = make_draft(kappa=0.8)
        run = begin(draft, Run.Kind.PREVIEW)
        runs.cancel(run=run, by=SYSTEM)
        type(draft).objects.filter(pk=draft.pk).update(content_hash="1" * 64)
        with pytest.raises(runs.NotRunning, match="method has changed"):
            runs.resume(run=run, by=SYSTEM)

    def test_a_newer_publication_cancels_the_older_run(self, unit: BusinessUnit) -> None:
        made = portfolio(unit)
        drafts = [make_draft(kappa=0.8)]
        older = publications.publish(
            draft=drafts[0], revision=drafts[0].revision, reason="First.", by=SYSTEM
        )
        runs.cut(older.pk)
        one_block(older)
        drafts.append(make_draft(kappa=0.7))
        newer = publications.publish(
            draft=drafts[1], revision=drafts[1].revision, reason="Second.", by=SYSTEM
        )
        runs.cut(newer.pk)
        assert finish(older).status == Run.Status.CANCELLED
        assert finish(newer).status == Run.Status.DONE
        assert scored_by(newer) == {one.pk for one in made}
        assert len(events(older, "run.cancelled")) == 1

    def test_a_run_whose_method_was_replaced_ends_by_itself_before_the_next_block(
        self, unit: BusinessUnit
    ) -> None:
        portfolio(unit)
        run = begin(another_method(), Run.Kind.BY_HAND)
        one_block(run)
        newer = another_method()
        finish(run)
        assert run.status == Run.Status.CANCELLED
        assert len(events(run, "run.cancelled")) == 1
        assert not CurrentScore.objects.filter(model__methodology=newer).exists()


class TestTakenOver:
    def test_pieces_that_nobody_touches_are_queued_again(self, unit: BusinessUnit) -> None:
        portfolio(unit)
        run = begin(another_method())
        RunPiece.objects.update(touched_at=Now() - 2 * runs.PATIENCE)
        runs.nudge()
        fresh = RunPiece.objects.filter(touched_at__gt=Now() - timedelta(seconds=20))
        assert fresh.count() == len(pieces(run))

    def test_a_run_whose_first_task_was_lost_is_cut_by_the_sweep(self, unit: BusinessUnit) -> None:
        portfolio(unit)
        row = another_method()
        run = runs.start(
            kind=Run.Kind.PUBLICATION, methodology=row, content_hash=row.content_hash, by=SYSTEM
        )
        runs.nudge()
        assert finish(run).status == Run.Status.DONE

    def test_a_run_whose_last_worker_died_before_the_end_was_told_is_ended(
        self, unit: BusinessUnit
    ) -> None:
        portfolio(unit)
        run = begin(another_method())
        finish(run)
        Run.objects.filter(pk=run.pk).update(status=Run.Status.RUNNING, finished_at=None)
        runs.nudge()
        run.refresh_from_db()
        assert run.status == Run.Status.DONE

    def test_a_piece_that_is_done_is_not_gone_through_again(self, unit: BusinessUnit) -> None:
        portfolio(unit)
        run = whole(another_method())
        rows = Score.objects.count()
        finish(run)
        assert Score.objects.count() == rows
        assert len(events(run, "run.completed")) == 1

    def test_a_portfolio_without_vendors_is_done_at_once(self) -> None:
        assert begin(in_force(), Run.Kind.BY_HAND).status == Run.Status.DONE


class TestRecord:
    def test_one_event_per_block_encloses_exactly_the_scores_that_it_wrote(
        self, unit: BusinessUnit
    ) -> None:
        portfolio(unit)
        before = set(Score.objects.values_list("pk", flat=True))
        run = whole(another_method())
        told = events(run, "scores.written")
        assert len(told) > 1
        found: list[Score] = []
        for event in told:
            rows = (
                list(
                    Score.objects.filter(
                        pk__gte=event.data["first_score"], pk__lte=event.data["last_score"]
                    ).order_by("pk")
                )
                if event.data["scores"]
                else []
            )
            assert len(rows) == event.data["scores"]
            sums = hashlib.sha256(b"".join(row.pk.bytes + bytes(row.digest) for row in rows))
            assert event.data["sha256"] == sums.hexdigest()
            found += rows
        assert {row.pk for row in found} == set(Score.objects.values_list("pk", flat=True)) - before
        (end,) = events(run, "run.completed")
        assert end.data["changed"] == sum(event.data["changed"] for event in told)
        assert end.data["total"] == run.total

    def test_other_inputs_with_the_same_points_are_on_the_record_too(
        self, unit: BusinessUnit
    ) -> None:
        portfolio(unit)
        score = Score.objects.get()
        draft = make_draft(coverage={"final": 0.94, "provisional": 0.6})
        run = whole(
            publications.publish(
                draft=draft, revision=draft.revision, reason="The board.", by=SYSTEM
            ).methodology
        )
        latest = Score.objects.filter(assessment=score.assessment_id).latest("pk")
        assert (latest.points, latest.pk != score.pk) == (score.points, True)
        (event,) = [one for one in events(run, "scores.written") if one.data["scores"]]
        assert event.data["first_score"] == str(latest.pk)
        assert event.data["changed"] == 0


class TestPreview:
    def test_a_preview_writes_nothing_but_its_own_rows(self, unit: BusinessUnit) -> None:
        portfolio(unit)
        before = said(), Score.objects.count(), Standing.objects.count(), rolled_up()
        waiting, told = Outstanding.objects.count(), Event.objects.count()
        run = whole(make_draft(kappa=0.8, p=2), Run.Kind.PREVIEW)
        assert run.status == Run.Status.DONE
        assert (said(), Score.objects.count(), Standing.objects.count(), rolled_up()) == before
        assert Outstanding.objects.count() == waiting
        types = Event.objects.order_by("position")[told:].values_list("type", flat=True)
        assert set(types) == {
            "methodology.drafted",
            "methodology.changed",
            "run.started",
            "run.completed",
        }

    def test_its_rows_are_what_the_publication_then_writes(self, unit: BusinessUnit) -> None:
        portfolio(unit)
        draft = make_draft(kappa=0.8, p=2)
        rows = {bytes(row["assessment"]): row for row in preview(draft)}
        was = {row.pk.bytes: row for row in CurrentScore.objects.all()}
        run = publications.publish(draft=draft, revision=draft.revision, reason="Yes.", by=SYSTEM)
        runs.cut(run.pk)
        finish(run)
        assert rows.keys() == was.keys()
        for row in CurrentScore.objects.all():
            told = rows[row.pk.bytes]
            for at, one in enumerate((was[row.pk.bytes], row)):
                assert told["points"][at] == (-1 if one.points is None else one.points)
                assert (told["lo"][at], told["hi"][at]) == (one.lo, one.hi)
                assert reading.BANDS[told["band"][at] - 1] == one.band
                assert reading.SCORE_STATUSES[told["status"][at] - 1] == one.status
            assert bytes(told["vendor"]) == row.vendor_id.bytes
            assert bytes(told["unit"]) == row.unit_id.bytes

    def test_two_previews_of_different_drafts_leave_each_other_alone(
        self, unit: BusinessUnit
    ) -> None:
        portfolio(unit)
        one, other = make_draft(kappa=0.8), make_draft(kappa=0.7)
        first, second = begin(one, Run.Kind.PREVIEW), begin(other, Run.Kind.PREVIEW)
        again = begin(one, Run.Kind.PREVIEW)
        assert finish(second).status == finish(again).status == Run.Status.DONE
        assert finish(first).status == Run.Status.CANCELLED


def preview(draft: Any) -> Any:
    """The rows of a preview of everything."""
    run = whole(draft, Run.Kind.PREVIEW)
    return np.concatenate([np.frombuffer(bytes(piece.rows or b""), ROW) for piece in pieces(run)])


@pytest.mark.django_db(transaction=True)
def test_the_record_of_a_run_verifies(tmp_path: Path, settings: Settings) -> None:
    settings.AUDIT_ANCHOR_FILE = anchor = tmp_path / "anchor.jsonl"
    portfolio(make_unit())
    run = begin(another_method())
    one_block(run)
    runs.cancel(run=run, by=SYSTEM)
    runs.resume(run=run, by=SYSTEM)
    runs.cut(run.pk)
    finish(run)
    while seal():
        pass
    report = verify(key=settings.AUDIT_KEY.encode(), anchor_file=anchor)
    assert report.broken is None
    assert report.sealed == Event.objects.count()
