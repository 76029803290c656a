"""Why a score was made is said in words, whichever event it was."""

import pytest

from config.event_routes import ROUTES
from scoring import words

RESCORING = sorted(
    kind
    for kind, tasks in ROUTES.items()
    if {"scoring.rescore", "scoring.reassess", "scoring.reassess_country"} & set(tasks)
)


@pytest.mark.parametrize("kind", RESCORING)
def test_every_event_that_leads_to_a_new_score_has_words_of_its_own(kind: str) -> None:
    assert words.cause(kind) != kind.replace("_", " ").replace(".", ": ")
