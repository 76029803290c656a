"""Filling in sections of questions as a person at a browser does it."""

from playwright.sync_api import Locator, Page, expect

from assessments.schema import Kind, Question, Questionnaire
from tests.factories.assessments import good_value


def answer_section(page: Page, questionnaire: Questionnaire, lang: str = "en") -> list[str]:
    """Answer what the section shows, and what then opens, until nothing new appears.

    lang: of the pages. Gives the keys of what was answered, once all of it is saved.
    """
    # The address changes before there is anything to see, and `all` below waits for nothing.
    expect(page.locator("[data-question]:not([hidden])").first).to_be_visible()
    page.wait_for_load_state()
    done: list[str] = []
    for _round in range(5):
        blocks = page.locator("[data-question]:not([hidden])").all()
        keys = [block.get_attribute("data-question") or "" for block in blocks]
        fresh = [key for key in keys if key not in done]
        if not fresh:
            return done
        for key in fresh:
            answer(
                page.locator(f"[data-question='{key}']"), questionnaire.by_key[key].question, lang
            )
            done.append(key)
        expect(page.locator("[data-save-state]")).to_have_attribute("data-save-state", "saved")
    return done


def answer(block: Locator, question: Question, lang: str = "en") -> None:
    """Give an answer of low risk."""
    value = good_value(question)
    labels = {one.key: one.label.text_for(lang) for one in question.choices}
    if question.kind is Kind.MULTIPLE:
        assert isinstance(value, list)
        for key in value:
            block.get_by_label(labels[key], exact=True).check()
    elif question.choices:
        block.get_by_label(labels[str(value)], exact=True).check()
    else:
        block.locator(f"[name='q-{question.key}']").fill(str(value))
