"""The pages of runs: a preview and a publication, while they run and when they have ended."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.permissions import Role
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments
from audit import clock
from audit.models import Event
from scoring.models import CurrentScore, Methodology, Run, RunPiece
from scoring.selectors import runs as reading
from scoring.services import methodologies, publications, runs
from tests.factories.accounts import make_user
from tests.factories.assessments import make_assessment, small_questionnaire
from tests.factories.methods import go_through, make_draft, previewed, published
from tests.factories.scoring import catch_up, scored
from tests.personas import Person
from tests.scoring_pages.reading import file_of, get, rows_of, text_of

pytestmark = pytest.mark.django_db

#: Cuts under which a middling vendor falls into the worst band.
STRICT = [1, 2, 3, 4]


@pytest.fixture
def portfolio(unit: BusinessUnit) -> list[Assessment]:
    """One good vendor, one bad, one of whom nothing is known."""
    questionnaire = small_questionnaire()
    good = scored(unit, questionnaire, name="Aalto Oy")
    bad = scored(unit, questionnaire, name="Zhang Moulds", worst=True)
    blank = make_assessment(unit, questionnaire=questionnaire)
    return [good, bad, blank]


def at(name: str, run: Run) -> str:
    """The address of a page about a run."""
    return reverse(f"scoring:{name}", args=[run.pk])


def test_a_preview_is_started_from_the_draft_and_writes_no_score(
    portfolio: list[Assessment], admin: Person
) -> None:
    draft = make_draft(band_cuts=STRICT)
    before = list(CurrentScore.objects.order_by("pk").values("pk", "points", "band", "digest"))
    assert "Start the preview" in get(
        admin.browser, reverse("scoring:method_preview", args=[draft.pk])
    )
    answer = admin.browser.post(reverse("scoring:method_preview", args=[draft.pk]))
    run = Run.objects.get()
    assert answer["Location"] == at("run", run)
    assert (run.kind, run.started_by) == ("preview", admin.user)
    page = get(admin.browser, at("run", run))
    assert "Waiting for a worker" in page
    assert f'hx-get="{at("run", run)}"' in page
    go_through(run)
    after = list(CurrentScore.objects.order_by("pk").values("pk", "points", "band", "digest"))
    assert after == before


def test_a_preview_counts_from_band_to_band_and_names_who_moves_most(
    portfolio: list[Assessment], admin: Person
) -> None:
    run = previewed(make_draft(band_cuts=STRICT, kappa=0.5))
    page = get(admin.browser, at("run", run))
    text = text_of(page)
    assert "Would change" in text
    assert "Aalto Oy" in page.split("Largest moves up", 1)[1].split("Largest moves down", 1)[0]
    good = CurrentScore.objects.get(assessment=portfolio[0])
    found = reading.result(run)
    assert found.bands[good.band, "critical"] == 1
    assert found.bands["critical", "critical"] == 1
    assert (found.up, found.down, found.counted) == (1, 0, 3)
    mover = found.worse[0]
    assert mover.before == good.points
    assert mover.change > 0
    assert reverse("scoring:vendor", args=[portfolio[0].vendor_id]) in page


def test_a_preview_says_how_firm_scores_would_be(
    portfolio: list[Assessment], admin: Person
) -> None:
    evidence = {
        level: {"credit": 0.1, "pessimistic": 0.0}
        for level in ("self_declared", "document", "reviewer_verified", "independent")
    }
    strict = {"final": 1, "provisional": 1}
    run = previewed(make_draft(evidence=evidence, coverage=strict))
    firm = reading.firmness(run)
    assert firm.wider >= 1
    assert firm.width is not None
    assert firm.width[1] > firm.width[0]
    text = text_of(get(admin.browser, at("run", run)))
    assert "The mean interval of rated assessments goes from" in text


def test_vendors_of_a_preview_are_paged_sorted_filtered_and_taken_away(
    portfolio: list[Assessment], admin: Person
) -> None:
    run = previewed(make_draft(band_cuts=STRICT, kappa=0.5))
    everyone = rows_of(get(admin.browser, at("run_vendors", run)))
    assert len(everyone) == 3
    assert everyone[0].strip().startswith("Aalto Oy")
    changed = rows_of(get(admin.browser, at("run_vendors", run), band="changed"))
    assert [row.strip().startswith("Aalto Oy") for row in changed] == [True]
    assert "Band changed" in changed[0]
    by_after = rows_of(get(admin.browser, at("run_vendors", run), sort="-after"))
    assert by_after[0].strip().startswith("Zhang Moulds")
    head, *lines = file_of(admin.browser, at("run_csv", run), sort="-after")
    assert head[:4] == ["Vendor", "Vendor id", "Band before", "Points before"]
    assert lines[0][0] == "Zhang Moulds"
    assert lines[0][2] == "Critical"
    assert lines[-1][2:10] == ["No score yet", "", "", "", "Not rated", "", "", ""]
    assert "1 to 3 of 3" in get(admin.browser, at("run_vendors", run), after="0")
    assert "No vendor was scored" in get(admin.browser, at("run_vendors", run), after="999")


def test_a_vendor_stands_in_a_preview_as_its_worst_rated_assessment(
    unit: BusinessUnit, portfolio: list[Assessment]
) -> None:
    run = previewed(make_draft())
    found = reading.vendors(run)
    current = {row.vendor_id: row.points for row in CurrentScore.objects.all()}
    for vendor, points in zip(found.uuids(), found.points.tolist(), strict=True):
        expected = current.get(vendor)
        assert points == [-1 if expected is None else expected] * 2
    assert not found.changed.any()


def test_pages_of_many_vendors_follow_one_another(unit: BusinessUnit, admin: Person) -> None:
    questionnaire = small_questionnaire()
    for _ in range(52):
        make_assessment(unit, questionnaire=questionnaire)
    run = previewed(make_draft())
    first = get(admin.browser, at("run_vendors", run))
    assert "1 to 50 of 52" in text_of(first)
    assert "after=50" in first
    second = get(admin.browser, at("run_vendors", run), after="50")
    assert "51 to 52 of 52" in text_of(second)
    assert "before=50" in second
    assert "1 to 50 of 52" in text_of(get(admin.browser, at("run_vendors", run), before="50"))


def test_a_preview_of_a_draft_that_was_changed_since_says_so(
    portfolio: list[Assessment], admin: Person
) -> None:
    draft = make_draft(kappa=0.5)
    run = previewed(draft)
    assert "has been changed since" not in get(admin.browser, at("run", run))
    methodologies.change(
        draft=draft,
        revision=draft.revision,
        content={**draft.content, "kappa": 0.4},
        by=SYSTEM,
    )
    for path in (
        at("run", run),
        at("run_vendors", run),
        reverse("scoring:method_publish", args=[draft.pk]),
    ):
        assert "has been changed since this preview was made" in get(admin.browser, path), path


def test_of_an_earlier_preview_the_figures_stay_but_not_the_vendors(
    portfolio: list[Assessment], admin: Person
) -> None:
    draft = make_draft(band_cuts=STRICT)
    first, second = previewed(draft), previewed(draft)
    page = get(admin.browser, at("run", first))
    assert "Of this one only the figures below are kept." in page
    assert "From band to band" in page
    assert "no longer kept" in get(admin.browser, at("run_vendors", first))
    assert "Aalto Oy" in get(admin.browser, at("run_vendors", second))
    assert reading.result(first) == reading.result(second)


def test_the_publication_page_shows_the_last_preview_or_asks_for_one(
    portfolio: list[Assessment], admin: Person
) -> None:
    draft = make_draft(band_cuts=STRICT)
    path = reverse("scoring:method_publish", args=[draft.pk])
    assert "Nobody has tried this draft on the portfolio yet" in get(admin.browser, path)
    run = previewed(draft)
    page = get(admin.browser, path)
    assert "Of 3 assessments 1 go to a worse band, 0 to a better one" in text_of(page)
    assert at("run", run) in page


def test_the_publication_page_counts_what_will_be_scored_and_nothing_that_is_closed(
    portfolio: list[Assessment], admin: Person
) -> None:
    path = reverse("scoring:method_publish", args=[make_draft(band_cuts=STRICT).pk])
    assert "Assessments scored again: 3" in text_of(get(admin.browser, path))
    assessments.cancel(assessment=portfolio[0], reason="Ordered elsewhere", by=SYSTEM)
    catch_up()
    assert "Assessments scored again: 2" in text_of(get(admin.browser, path))


def test_publishing_leads_to_the_run_which_says_who_why_and_what_became_of_it(
    portfolio: list[Assessment], admin: Person
) -> None:
    draft = make_draft(band_cuts=STRICT)
    answer = admin.browser.post(
        reverse("scoring:method_publish", args=[draft.pk]),
        {"revision": draft.revision, "reason": "The board has decided so."},
    )
    run = Run.objects.get(kind="publication")
    assert answer["Location"] == at("run", run)
    go_through(run)
    page = get(admin.browser, at("run", run))
    for said in ("Done", "Ada Admin", "The board has decided so.", "From band to band"):
        assert said in page, said
    assert reading.result(run).up == 1
    assert at("run", run) in get(admin.browser, reverse("scoring:method", args=[draft.pk]))
    rows = rows_of(get(admin.browser, "/methods/runs/"))
    assert "Scoring by Standard method 3" in rows[0]


def test_a_page_that_stays_open_is_told_how_far_the_run_is_and_when_it_has_ended(
    portfolio: list[Assessment], admin: Person
) -> None:
    run = published(make_draft(band_cuts=STRICT))
    runs.cut(run.pk)
    RunPiece.objects.filter(run=run).update(done=1)
    Run.objects.filter(pk=run.pk).update(started_at=clock.now() - timedelta(seconds=100))
    asked = {"HX-Request": "true"}
    answer = admin.browser.get(at("run", run), headers=asked)
    text = text_of(answer.content.decode())
    assert answer.status_code == 200
    assert "Assessments scored: 1 of 3" in text
    assert "1 a minute, about 4 minutes left" in text
    assert "30 percent done" in text
    again = admin.browser.get(at("run", run), {"said": "30"}, headers=asked)
    assert "30 percent done" not in again.content.decode()
    RunPiece.objects.filter(run=run).update(done=0)
    go_through(run)
    ended = admin.browser.get(at("run", run), headers=asked)
    assert ended.status_code == 286
    assert "Done: 3 assessments scored" in text_of(ended.content.decode())
    assert "From band to band" in ended.content.decode()


def test_a_run_is_cancelled_after_asking_and_says_what_was_not_done(
    portfolio: list[Assessment], admin: Person
) -> None:
    run = published(make_draft(kappa=0.5))
    runs.cut(run.pk)
    assert "keep the score they have" in get(admin.browser, at("run_cancel", run))
    assert admin.browser.post(at("run_cancel", run))["Location"] == at("run", run)
    page = text_of(get(admin.browser, at("run", run)))
    assert "This run was cancelled. 0 of 3 assessments were scored, 3 were not." in page
    assert "It goes on where it stopped." in get(admin.browser, at("run_resume", run))
    admin.browser.post(at("run_resume", run))
    go_through(run)
    assert run.status == Run.Status.DONE
    kinds = set(Event.objects.filter(aggregate_id=run.pk).values_list("type", flat=True))
    assert {"run.started", "run.cancelled", "run.resumed", "run.completed"} <= kinds
    assert admin.browser.post(at("run_cancel", run)).status_code == 409


def test_the_rate_of_a_resumed_run_does_not_count_the_time_it_stood_still(
    portfolio: list[Assessment],
) -> None:
    run = published(make_draft(kappa=0.5))
    runs.cut(run.pk)
    RunPiece.objects.filter(run=run).update(done=1)
    Run.objects.filter(pk=run.pk).update(started_at=clock.now() - timedelta(days=1))
    runs.cancel(run=run, by=SYSTEM)
    run.refresh_from_db()
    runs.resume(run=run, by=SYSTEM)
    runs.cut(run.pk)
    RunPiece.objects.filter(run=run).update(done=2)
    run = reading.runs().get(pk=run.pk)
    rate = reading.progress(run).rate
    assert rate is not None
    assert rate > 0.01


def test_what_could_not_be_scored_is_listed_with_its_reason(
    portfolio: list[Assessment], admin: Person
) -> None:
    run = previewed(make_draft())
    said = {"failures": [[str(portfolio[0].pk), "The questionnaire has no file."]]}
    RunPiece.objects.filter(run=run).update(failed=1, summary=said)
    page = text_of(get(admin.browser, at("run", run)))
    assert "Aalto Oy: The questionnaire has no file." in page
    assert "Nothing was scored." in page


def test_a_draft_with_a_running_preview_is_kept_and_one_with_an_old_one_can_go(
    portfolio: list[Assessment], admin: Person
) -> None:
    draft = make_draft(kappa=0.5)
    run = publications.preview(draft=draft, by=admin.principal)
    path = reverse("scoring:method_delete", args=[draft.pk])
    answer = admin.browser.post(path)
    assert answer.status_code == 409
    assert "A preview of this draft is running." in answer.content.decode()
    go_through(run)
    assert admin.browser.post(path).status_code == 302
    assert not Methodology.objects.filter(pk=draft.pk).exists()
    assert not Run.objects.filter(pk=run.pk).exists()


def test_runs_are_for_those_who_see_all_units_and_started_by_those_who_manage_the_method(
    portfolio: list[Assessment], legal: Person, unit_admin: Person
) -> None:
    draft = make_draft()
    run = previewed(draft)
    everywhere = Person(make_user(Role.AUDITOR))
    assert "Preview of Standard method 3" in get(everywhere.browser, "/methods/runs/")
    page = get(everywhere.browser, at("run", run))
    assert "Go on to publish" not in page
    assert everywhere.browser.post(at("run_cancel", run)).status_code == 403
    for person in (legal, unit_admin):
        assert person.browser.get("/methods/runs/").status_code == 403
        assert person.browser.get(at("run_csv", run)).status_code == 403
        assert at("run", run) not in get(person.browser, reverse("scoring:method", args=[draft.pk]))


def test_where_nothing_has_run_yet_the_list_says_what_to_do(admin: Person) -> None:
    assert "No runs yet" in get(admin.browser, "/methods/runs/")
