"""The page that draws an assessment's life says what the table says."""

from assessments import workflow_page
from assessments.wording import ACTIONS, ROLES
from assessments.workflow import Action, Role
from tests.house.code import ROOT


def test_the_drawing_in_the_documentation_is_the_table() -> None:
    assert (ROOT / workflow_page.PATH).read_text(encoding="utf-8") == workflow_page.text(), (
        "run: manage.py draw_workflow"
    )


def test_every_action_and_role_has_words() -> None:
    assert set(ACTIONS) == set(Action)
    assert set(ROLES) == set(Role)
