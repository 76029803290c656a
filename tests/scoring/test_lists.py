"""Reading: the list in pages, the search, the scorecard, and who sees what."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from accounts.selectors import principal_for_client
from assessments.models import Assessment
from assessments.services import assessments
from scoring.models import Score
from scoring.selectors import scorecard, standings, vendor_page
from scoring.selectors.portfolio import Portfolio
from scoring.selectors.portfolio.choices import choices
from scoring.selectors.scope import standings_visible_to
from scoring.selectors.scores import contributions_of, history, score_page, scores_visible_to
from scoring.selectors.standings import SORTS, BadCursor, Filters
from tests.factories.accounts import make_api_client, make_unit
from tests.factories.assessments import answer_all, make_assessment, small_questionnaire
from tests.factories.scoring import catch_up, say, score, scored
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person, Program
from vendors.models import Vendor
from vendors.services import vendors

pytestmark = pytest.mark.django_db


def names(
    person: Person, unit: BusinessUnit | None, filters: Filters | None = None, sort: str = "name"
) -> list[str]:
    """The names on the first page of the list."""
    return [row.name for row in standings(person.principal, unit, filters, sort=sort).rows]


@pytest.fixture
def seven(unit: BusinessUnit) -> list[Assessment]:
    """Seven scored vendors, some of them with the same points."""
    questionnaire = small_questionnaire()
    made = [scored(unit, questionnaire, name=f"Vendor {at}", worst=at % 3 == 0) for at in range(6)]
    vendor = make_vendor(unit, name="Vendor 6")
    make_engagement(vendor, unit)
    catch_up()
    return made


class TestPaging:
    @pytest.mark.parametrize("sort", SORTS)
    def test_pages_show_each_vendor_once_forwards_and_backwards(
        self, sort: str, unit: BusinessUnit, procurement: Person, seven: list[Assessment]
    ) -> None:
        whole = names(procurement, unit, sort=sort)
        assert len(whole) == 7
        pages, cursor = [], ""
        for _ in range(4):
            page = standings(procurement.principal, unit, sort=sort, after=cursor, limit=2)
            pages.append(page)
            cursor = page.next or ""
        assert [row.name for page in pages for row in page.rows] == whole
        assert pages[-1].next is None
        assert pages[0].previous is None
        for before, page in pairwise(pages):
            assert page.previous is not None
            back = standings(procurement.principal, unit, sort=sort, before=page.previous, limit=2)
            assert [row.pk for row in back.rows] == [row.pk for row in before.rows]
            assert back.previous == before.previous
            assert back.next is not None

    def test_the_other_direction_is_the_same_list_turned_round(
        self, unit: BusinessUnit, procurement: Person, seven: list[Assessment]
    ) -> None:
        for column in ("points", "name", "changed"):
            up = names(procurement, unit, sort=column)
            assert names(procurement, unit, sort=f"-{column}") == up[::-1]

    def test_not_rated_vendors_come_after_the_best_ones(
        self, unit: BusinessUnit, procurement: Person, seven: list[Assessment]
    ) -> None:
        assert names(procurement, unit, sort="-points")[-1] == "Vendor 6"

    @pytest.mark.parametrize("cursor", ["nonsense", "e30", "WzEsIDJd", "%", "ü"])
    def test_a_cursor_that_was_never_given_out_is_refused(
        self, cursor: str, unit: BusinessUnit, procurement: Person
    ) -> None:
        with pytest.raises(BadCursor):
            standings(procurement.principal, unit, after=cursor)


class TestFilters:
    def test_filters_narrow_the_list_and_the_count(
        self, unit: BusinessUnit, procurement: Person, seven: list[Assessment]
    ) -> None:
        for filters, count in (
            (Filters(), 7),
            (Filters(band="critical"), 2),
            (Filters(status="not_rated"), 1),
            (Filters(country="VN"), 7),
            (Filters(country="DE"), 0),
            (Filters(tier="critical", band="low"), 0),
            (Filters(archived=True), 0),
        ):
            page = standings(procurement.principal, unit, filters)
            assert (len(page.rows), page.total, page.more) == (count, count, False)

    def test_categories_and_countries_are_those_in_use(
        self, unit: BusinessUnit, other_unit: BusinessUnit, procurement: Person
    ) -> None:
        make_vendor(unit, category="Tooling", country="DE")
        make_vendor(unit, category="Castings", country="VN")
        make_vendor(other_unit, category="Elsewhere", country="CN")
        catch_up()
        found = choices(procurement.principal, unit)
        assert found.categories == ["Castings", "Tooling"]
        assert found.countries == ["DE", "VN"]
        assert len(standings(procurement.principal, unit, Filters(category="Tooling")).rows) == 1

    def test_archived_vendors_are_listed_apart(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        vendor = make_vendor(unit, name="Put away")
        make_vendor(unit, name="In use")
        vendors.archive(vendor=vendor, by=SYSTEM)
        catch_up()
        assert names(procurement, unit) == ["In use"]
        assert names(procurement, unit, Filters(archived=True)) == ["Put away"]


class TestSearch:
    @pytest.mark.parametrize(
        "q",
        [
            "Präzision", "prazision", "praezision", "PRÄZ", "gmbh müller", "mu", "HRB 4711",
            "0000100042", "Praezisson",
        ],
    )  # fmt: skip
    def test_a_vendor_is_found_by_name_number_and_id_accents_and_slips_aside(
        self, q: str, unit: BusinessUnit, procurement: Person
    ) -> None:
        vendor = make_vendor(
            unit, name="Müller Präzision GmbH", country="DE", registration_number="HRB 4711"
        )
        make_vendor(unit, name="Hanoi Castings")
        vendors.set_external_id(vendor=vendor, system="sap", value="0000100042", by=SYSTEM)
        catch_up()
        assert names(procurement, unit, Filters(q=q)) == ["Müller Präzision GmbH"]

    def test_similar_names_are_shown_only_where_none_holds_the_words(
        self, unit: BusinessUnit, procurement: Person
    ) -> None:
        make_vendor(unit, name="Hanoi Castings")
        make_vendor(unit, name="Hanoy Castings")
        catch_up()
        page = standings(procurement.principal, unit, Filters(q="hanoi cast"))
        assert ([row.name for row in page.rows], page.similar) == (["Hanoi Castings"], False)
        page = standings(procurement.principal, unit, Filters(q="hanoj castings"))
        assert (len(page.rows), page.similar) == (2, True)

    @pytest.mark.parametrize("q", ["%", "_", "'; --", "\\", "***"])
    def test_signs_alone_find_nothing(
        self, q: str, unit: BusinessUnit, procurement: Person
    ) -> None:
        make_vendor(unit)
        catch_up()
        assert names(procurement, unit, Filters(q=q)) == []


class TestScope:
    def test_another_unit_sees_none_of_it(
        self, unit: BusinessUnit, outsider_procurement: Person, outsider_client: Program
    ) -> None:
        assessment = scored(unit)
        assessments.submit(assessment=assessment, by=SYSTEM)
        score(assessment)
        outsider = outsider_procurement.principal
        assert not standings(outsider, None).rows
        assert not standings_visible_to(outsider, unit).exists()
        assert not scores_visible_to(outsider).exists()
        assert not score_page(outsider_client.principal).rows
        assert scorecard(assessment, outsider) is None
        for everything in (unit, None):
            with pytest.raises(NotAllowed):
                Portfolio(outsider, everything)

    def test_a_shared_vendor_shows_each_unit_its_own_rating_and_says_that_some_is_left_out(
        self,
        unit: BusinessUnit,
        other_unit: BusinessUnit,
        procurement: Person,
        outsider_procurement: Person,
        admin: Person,
    ) -> None:
        good = scored(unit, name="Shared")
        vendor = Vendor.objects.get(pk=good.vendor_id)
        vendors.link_unit(vendor=vendor, unit=other_unit, by=SYSTEM)
        bad = make_assessment(
            other_unit,
            engagement=make_engagement(vendor, other_unit),
            questionnaire=good.questionnaire,
        )
        answer_all(bad)
        say(bad, assigns="no")
        score(bad)
        ours = vendor_page(vendor, procurement.principal, unit)
        theirs = vendor_page(vendor, outsider_procurement.principal, other_unit)
        whole = vendor_page(vendor, admin.principal, None)
        assert ours.standing is not None
        assert theirs.standing is not None
        assert whole.standing is not None
        assert ours.standing.band == "low"
        assert theirs.standing.band == whole.standing.band == "critical"
        assert (ours.partial, theirs.partial, whole.partial) == (True, True, False)
        seen = {line.engagement.unit_id for line in ours.engagements}
        assert seen == {unit.pk}
        assert [row.band for row in standings(admin.principal, None).rows] == ["critical"]

    def test_a_client_of_two_units_sees_a_vendor_once_at_its_worst(
        self, unit: BusinessUnit, other_unit: BusinessUnit
    ) -> None:
        third = scored(make_unit(), name="Not theirs", worst=True)
        good = scored(unit, third.questionnaire, name="Shared")
        vendor = Vendor.objects.get(pk=good.vendor_id)
        vendors.link_unit(vendor=vendor, unit=other_unit, by=SYSTEM)
        catch_up()
        client = make_api_client(unit, other_unit)
        principal = principal_for_client(client, client.scopes)
        rows = standings(principal, None).rows
        assert [(row.name, row.band) for row in rows] == [("Shared", "low")]


class TestScorecard:
    def test_its_parts_add_up_to_the_score_exactly(self, unit: BusinessUnit, legal: Person) -> None:
        questionnaire = small_questionnaire()
        for worst in (False, True):
            assessment = scored(unit, questionnaire, worst=worst)
            card = scorecard(assessment, legal.principal)
            assert card is not None
            assert card.complete
            assert card.total == card.current.points
            parts = sum(part.points for part in card.parts)
            assert card.base + parts + card.unrated + card.uplift == card.total
            assert sum(one.points for one in card.dimensions) == parts
            assert all(part.sentence for part in card.parts)
            assert all(one.points > 0 for one in card.lowering)
            assert bool(card.knock_outs) == worst
            assert len(card.missing) == card.current.missing_proofs

    def test_a_score_that_stands_can_still_be_taken_apart_later(
        self, unit: BusinessUnit, legal: Person
    ) -> None:
        assessment = scored(unit)
        assessments.submit(assessment=assessment, by=SYSTEM)
        score(assessment)
        assessments.take(assessment=assessment, by=legal.principal)
        assessments.send_back(assessment=assessment, reason="Have another look", by=legal.principal)
        say(assessment, staff=100)
        score(assessment)
        latest, first = history(assessment)
        for row in (latest, first):
            stored = Score.objects.get(pk=row.pk)
            assert sum(part.points for part in contributions_of(stored)) == stored.points

    def test_scores_are_read_in_pages_by_key(self, unit: BusinessUnit, legal: Person) -> None:
        questionnaire = small_questionnaire()
        for _ in range(3):
            one = scored(unit, questionnaire)
            assessments.submit(assessment=one, by=SYSTEM)
            score(one)
        first = score_page(legal.principal, limit=2)
        rest = score_page(legal.principal, limit=2, after=first.next)
        assert (len(first.rows), len(rest.rows), rest.next) == (2, 1, None)


def queries(read: Callable[[], object]) -> int:
    """How many questions `read` asks the database."""
    with CaptureQueriesContext(connection) as asked:
        read()
    return len(asked)


def test_reading_takes_the_same_queries_for_three_rows_and_for_thirty(
    unit: BusinessUnit, procurement: Person
) -> None:
    who = procurement.principal
    questionnaire = small_questionnaire()
    shared = make_vendor(unit)

    def grow(to: int) -> None:
        while Assessment.objects.count() < to:
            one = make_assessment(
                unit, engagement=make_engagement(shared, unit), questionnaire=questionnaire
            )
            answer_all(one)
            scored(unit, questionnaire)
        catch_up()

    def count() -> dict[str, int]:
        first = Assessment.objects.earliest("pk")
        return {
            "list": queries(lambda: standings(who, unit)),
            "search": queries(lambda: standings(who, unit, Filters(q="vendor"))),
            "vendor": queries(lambda: vendor_page(shared, who, unit)),
            "scorecard": queries(lambda: scorecard(first, who)),
            "scores": queries(lambda: score_page(who)),
        }

    grow(6)
    count()
    few = count()
    grow(60)
    assert count() == few
    assert max(few.values()) <= 8
