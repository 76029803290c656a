"""Fields, the error summary and the filter bar."""

from typing import Any, ClassVar

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory

from config.gallery import SampleFilter, SampleForm


def render(source: str, query: str = "", **values: Any) -> str:
    """One line of template, with the request of a page at ?query."""
    request = RequestFactory().get(f"/list/?{query}")
    return Template("{% load ui_forms %}" + source).render(Context({"request": request, **values}))


@pytest.fixture
def refused() -> SampleForm:
    """A form sent empty."""
    form = SampleForm(QueryDict(""))
    assert not form.is_valid()
    return form


@pytest.mark.parametrize("name", list(SampleForm.base_fields))
def test_every_kind_of_field_has_a_label_and_its_own_error(name: str, refused: SampleForm) -> None:
    html = render("{% field bound %}", bound=refused[name])
    assert str(refused[name].label) in html
    required = refused.fields[name].required
    assert ("This field is required." in html) is required
    assert ("(optional)" in html) is not required


def test_help_and_error_are_tied_to_the_input(refused: SampleForm) -> None:
    html = render("{% field bound %}", bound=refused["name"])
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_choices_stand_in_a_fieldset_tied_to_help_and_error(refused: SampleForm) -> None:
    html = render("{% field bound %}", bound=refused["nda"])
    assert '<fieldset class="field field--error" id="id_nda_field"' in html
    assert 'aria-describedby="id_nda_helptext id_nda_error"' in html
    assert '<label class="form-check-label" for="id_nda_0">' in html


def test_a_unit_after_the_input_is_part_of_its_description() -> None:
    html = render('{% field bound suffix="EUR" %}', bound=SampleForm()["spend"])
    assert 'aria-describedby="id_spend_suffix"' in html
    assert ">EUR</span>" in html


def test_a_date_is_asked_for_by_the_browser_in_iso_form() -> None:
    form = SampleForm(initial={"start": "2026-03-04"})
    html = render("{% field bound %}", bound=form["start"])
    assert 'type="date"' in html
    assert 'value="2026-03-04"' in html


def test_rendering_a_field_twice_gives_the_same() -> None:
    form = SampleForm()
    first = render("{% field bound %}", bound=form["name"])
    assert render("{% field bound %}", bound=form["name"]) == first


def test_the_summary_names_each_field_and_links_to_it(refused: SampleForm) -> None:
    html = render("{% error_summary form %}", form=refused)
    assert '<a href="#id_name">Registered name: This field is required.</a>' in html
    assert 'href="#id_nda_0"' in html
    assert "There are 5 problems" in html
    assert "data-focus" in html


def test_the_summary_takes_errors_of_the_whole_form() -> None:
    class Refusing(forms.Form):
        def clean(self) -> None:
            raise forms.ValidationError("The dates overlap.")

    html = render("{% error_summary form %}", form=Refusing({}))
    assert "The dates overlap." in html
    assert "There is 1 problem" in html


def test_a_label_that_asks_gets_no_colon_behind_its_question_mark() -> None:
    class Asking(forms.Form):
        need = forms.CharField(label="What do you need?")

    html = render("{% error_summary form %}", form=Asking({}))
    assert ">What do you need? This field is required.<" in html


@pytest.mark.parametrize("form", [SampleForm(), None])
def test_without_errors_there_is_no_summary(form: SampleForm | None) -> None:
    assert "error-summary" not in render("{% error_summary form %}", form=form)


# --- filters ------------------------------------------------------------------------------------
def _filter(query: str) -> str:
    return render("{% filter_bar form %}", query, form=SampleFilter(QueryDict(query)))


def test_each_filter_in_force_is_a_chip_that_removes_it_alone() -> None:
    html = _filter("q=mill&band=high&sort=name&after=x")
    assert 'href="?q=mill&amp;sort=name"' in html
    assert 'href="?band=high&amp;sort=name"' in html
    assert "<strong>High</strong>" in html


def test_clearing_all_filters_keeps_the_order() -> None:
    assert 'href="?sort=name">Clear all' in _filter("q=mill&sort=name")


def test_the_order_is_carried_along_and_paging_starts_again() -> None:
    html = _filter("sort=name&after=x")
    assert '<input type="hidden" name="sort" value="name">' in html
    assert 'name="after"' not in html


def test_without_filters_there_are_no_chips() -> None:
    assert "chips" not in _filter("")


def test_what_holds_anyway_is_no_filter_to_take_away() -> None:
    class Usually(SampleFilter):
        usual: ClassVar = {"band": "high"}

    form = Usually(QueryDict("q=mill&band=high"))
    html = render("{% filter_bar form %}", "q=mill&band=high", form=form)
    assert "<strong>mill</strong>" in html
    assert "<strong>High</strong>" not in html
