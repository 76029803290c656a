"""The marks, numbers and lists of the pages, rendered as templates use them."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from accounts.templatetags.ui import percent, points, recorded_day, signed_points


def render(source: str, query: str = "", **values: Any) -> str:
    """One line of template, with the request of a page at ?query."""
    request: HttpRequest = RequestFactory().get(f"/list/?{query}")
    template = Template("{% load ui ui_forms %}" + source)
    return template.render(Context({"request": request, **values}))


@pytest.mark.parametrize(
    ("band", "word"),
    [
        ("low", "Low"),
        ("moderate", "Moderate"),
        ("elevated", "Elevated"),
        ("high", "High"),
        ("critical", "Critical"),
    ],
)
def test_a_band_is_shown_as_icon_and_word(band: str, word: str) -> None:
    html = render("{% band_badge band %}", band=band)
    assert word in html
    assert '<svg class="icon"' in html
    assert "<path d=" in html
    assert f"band--{band}" in html


@pytest.mark.parametrize("band", [None, "", "unheard-of"])
def test_no_band_reads_not_rated_and_never_low(band: str | None) -> None:
    html = render("{% band_badge band provisional=True %}", band=band)
    assert "Not rated" in html
    assert "provisional" not in html
    assert "band--low" not in html


def test_a_provisional_band_says_so_in_words() -> None:
    assert "provisional" in render('{% band_badge "high" provisional=True %}')


@pytest.mark.parametrize(
    ("milli", "shown"), [(0, "0.0"), (19_960, "19.9"), (20_000, "20.0"), (100_000, "100.0")]
)
def test_points_are_cut_so_that_the_number_never_contradicts_the_band(
    milli: int, shown: str
) -> None:
    assert points(milli) == shown


def test_no_points_are_a_dash_not_a_zero() -> None:
    assert points(None) == "\u2013"


@pytest.mark.parametrize(
    ("milli", "shown"), [(1_250, "+1.2"), (-1_260, "\u22121.3"), (0, "±0.0"), (20, "±0.0")]
)
def test_a_difference_carries_its_sign(milli: int, shown: str) -> None:
    assert signed_points(milli) == shown


def test_a_share_just_below_a_threshold_does_not_read_as_reached() -> None:
    assert percent(Decimal("0.949")) == "94%"
    assert percent(0.95) == "95%"


def test_a_score_that_is_not_rated_shows_no_number() -> None:
    html = render('{% score_figure point lo=12000 hi=88000 status="not_rated" %}', point=31_000)
    assert "31.0" not in html
    assert "Not rated" in html


def test_a_score_stands_with_its_interval_its_polarity_and_its_method() -> None:
    html = render('{% score_figure 42300 lo=31000 hi=58200 band="elevated" method="1.0" %}')
    for expected in ("42.3", "31.0", "58.2", "0 best, 100 worst", "method 1.0", "Elevated"):
        assert expected in html


def test_a_score_is_drawn_in_the_bands_of_its_own_method() -> None:
    own = (10_000, 20_000, 45_000, 90_000)
    html = render("{% score_figure 42300 lo=31000 hi=58200 cuts=cuts %}", cuts=own)
    assert [float(x) for x in re.findall(r'x="([0-9.]+)"', html)[:5]] == [0, 40, 80, 180, 360]


def test_an_interval_bar_says_in_words_what_it_draws() -> None:
    html = render("{% interval_bar 31000 42300 58200 %}")
    assert 'aria-label="Score 42.3, between 31.0 and 58.2; 0 best, 100 worst"' in html
    assert 'x="124.00"' in html
    assert 'cx="169.20"' in html


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.97, "final score (95%)"), (0.72, "provisional score (60%)"), (0.31, "Not enough")],
)
def test_coverage_says_what_it_is_enough_for(share: float, words: str) -> None:
    assert words in render("{% coverage_meter share %}", share=share)


def test_evidence_is_named_from_its_stored_number() -> None:
    shown = [render("{% evidence_badge level %}", level=level) for level in (None, 0, 1, 2, 3)]
    words = ["No evidence", "Self-declared", "Document", "Reviewer-verified", "Independent"]
    assert all(word in html for word, html in zip(words, shown, strict=True))


# --- lists --------------------------------------------------------------------------------------
def test_a_heading_sorts_and_keeps_the_filters_but_not_the_page() -> None:
    html = render('{% sort_header "name" "Name" %}', "band=high&after=abc")
    assert 'href="?band=high&amp;sort=name"' in html
    assert "aria-sort" not in html


def test_a_heading_in_force_tells_its_direction_and_turns_it_round() -> None:
    html = render('{% sort_header "name" "Name" %}', "sort=name")
    assert 'aria-sort="ascending"' in html
    assert 'href="?sort=-name"' in html


def test_the_order_without_a_choice_is_shown_too() -> None:
    html = render('{% sort_header "score" "Score" default="-score" first="desc" %}')
    assert 'aria-sort="descending"' in html
    assert 'href="?sort=score"' in html


def test_a_pager_keeps_filters_and_order() -> None:
    html = render('{% pager next="n1" previous="p1" %}', "band=high&sort=name&after=x")
    assert 'href="?band=high&amp;sort=name&amp;after=n1"' in html
    assert 'href="?band=high&amp;sort=name&amp;before=p1"' in html
    assert 'href="?band=high&amp;sort=name"' in html


def test_the_last_page_has_no_link_to_a_next_one() -> None:
    html = render('{% pager previous="p1" %}')
    assert 'rel="next"' not in html
    assert 'aria-disabled="true"' in html


def test_a_list_on_one_page_has_no_pager() -> None:
    assert "<nav" not in render("{% pager %}")


def test_an_empty_chart_keeps_its_sentence_and_draws_nothing() -> None:
    chart = {
        "id": "c",
        "kind": "bars",
        "title": "T",
        "summary": "None yet.",
        "data": {},
        "rows": [],
    }
    html = render("{% chart_panel chart %}", chart=chart)
    assert "None yet." in html
    assert "data-chart" not in html


def test_a_chart_carries_its_table_and_its_data() -> None:
    chart = {
        "id": "c",
        "kind": "bars",
        "title": "By band",
        "summary": "Two.",
        "data": {"labels": ["</script>"], "values": [2]},
        "head": ["Band", "Vendors"],
        "rows": [({"label": "High", "url": "/v/?band=high"}, 2)],
        "csv_url": "/csv",
    }
    html = render("{% chart_panel chart %}", chart=chart)
    assert '<a href="/v/?band=high">High</a>' in html
    assert 'id="c-data"' in html
    assert "\\u003C/script\\u003E" in html


def test_text_from_data_is_escaped() -> None:
    html = render('{% status_pill "done" words %}{% tile words words %}', words="<b>x</b>")
    assert "<b>" not in html


def test_a_day_kept_as_text_is_shown_as_the_reader_writes_days() -> None:
    assert recorded_day("2026-03-31") == "31 Mar 2026"
    with translation.override("de"):
        assert recorded_day("2026-03-31") == "31. März 2026"
    for other in ("", "25301128", "2026-W14-2", "2026-02-30"):
        assert recorded_day(other) == other


def test_a_moment_reads_in_the_zone_of_whoever_reads_it() -> None:
    moment = datetime(2026, 3, 31, 18, 5, tzinfo=UTC)
    with timezone.override(ZoneInfo("Europe/Berlin")):
        there = render("{% local_time moment %}", moment=moment)
    assert re.findall(r'datetime="([^"]*)"', there) == ["2026-03-31T18:05:00+00:00"]
    assert "31 Mar 2026, 8:05 p.m. CEST<" in there
    assert "6:05 p.m. UTC<" in render("{% local_time moment %}", moment=moment)
