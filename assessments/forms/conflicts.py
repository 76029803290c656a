"""Two people answered the same at once: what both said, for a page and for a script."""

from typing import Any

from django.http import QueryDict

from assessments.errors import Conflict
from assessments.forms.assessments import form_values, name_of
from assessments.schema import Item, Question, Questionnaire
from assessments.services import answers as service
from assessments.sheet import State
from assessments.wording import language, said_words


def both_sides(typed: QueryDict, questionnaire: Questionnaire, error: Conflict) -> dict[str, Any]:
    """Both values of each answer side by side, and everything else typed, which is carried along.

    Returns `conflicts` and `carried` (name, value), as the pages of conflicts show them.
    """
    conflicts, versions = [], {}
    for one in error.extra["conflicts"]:
        question = questionnaire.by_key[one["question"]].question
        versions[name_of(question.key, "version")] = one["version"]
        conflicts.append(
            {
                "key": question.key,
                "question": question.text.text_for(language()),
                "yours": _told(question, one["yours"]),
                "theirs": _told(question, one["theirs"]),
                "theirs_by": one["theirs_by"],
                "theirs_at": one["theirs_at"],
            }
        )
    asked = {f"choose-{one['key']}" for one in conflicts}
    carried = [
        (name, versions.get(name, value))
        for name in typed
        if name != "csrfmiddlewaretoken" and name not in asked
        for value in typed.getlist(name)
    ]
    return {"conflicts": conflicts, "carried": carried}


def _told(question: Question, side: dict[str, Any]) -> str:
    words = said_words(question, State(service.STATES[side["state"]]), side["value"])
    return f"{words}\n{side['note']}" if side["note"] else words


def conflict_data(item: Item, said: dict[str, Any]) -> dict[str, Any]:
    """The same for a script that saves by itself: each side as input name -> value."""

    def side(one: dict[str, Any]) -> dict[str, Any]:
        return form_values(item.question, one["state"], one["value"], one["note"])

    return {
        "question": item.key,
        "yours": side(said["yours"]),
        "theirs": side(said["theirs"]),
        "theirs_by": said["theirs_by"],
        "theirs_at": said["theirs_at"].isoformat() if said["theirs_at"] else None,
        "version": said["version"],
    }
