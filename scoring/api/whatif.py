"""What if: another score for other answers, without writing anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import NOT_FOUND, PROBLEMS, ProblemDocument
from accounts.permissions import Permission
from assessments.selectors.assessments import visible_to
from audit.errors import Refused
from scoring.api.scores import OtherEngine
from scoring.api.whatif_shapes import WhatIfIn, WhatIfOut
from scoring.selectors.scenario import Entry, Problem, read
from scoring.selectors.scores import NotReproducible, current_of
from scoring.selectors.whatif import base_of, what_if

_OF_ANSWER: Final = {"value": "answer", "state": "state", "evidence": "proof"}
_MAPPINGS: Final = {"answers": "answer", "intake": "intake", "weights": "weight"}
_NUMBERS: Final = ("kappa", "p")


class NoScoreYet(Refused):
    """The assessment has not been scored for the first time."""

    code = "no_score_yet"


class WhatIfView(APIView):
    """A score as it would be with something changed."""

    required_permission = Permission.READ_SCORES

    @extend_schema(
        operation_id="what_if",
        request=WhatIfIn,
        responses={200: WhatIfOut, 409: ProblemDocument, **PROBLEMS, **NOT_FOUND},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Try changes on a score

        Answers, evidence, facts of the engagement, weights and parameters are changed together.
        Nothing is written: the same call gives the same answer while the score stays the same.
        """
        rows = visible_to(principal_of(request), Permission.READ_SCORES)
        assessment = get_object_or_404(rows.select_related("engagement"), pk=pk)
        current = current_of(pk)
        if current is None:
            raise NoScoreYet("This assessment has no score yet.")
        try:
            base = base_of(assessment, current)
        except NotReproducible as error:
            raise OtherEngine(str(error)) from error
        problems: list[Problem] = []
        scenario, refused = read(base, _entries(request.data, problems))
        if problems or refused:
            raise ValidationError(_nested([*problems, *refused]))
        outcome = what_if(base, scenario)
        return Response(
            WhatIfOut(
                {
                    "assessment_id": pk,
                    "score_id": current.score_id,
                    "behind": current.inputs_version < assessment.inputs_version,
                    "difference": outcome.after.computed - outcome.before.computed,
                    "before": outcome.before,
                    "after": outcome.after,
                    "changes": outcome.tried,
                    "moved": outcome.shifts,
                }
            ).data
        )


def _entries(body: Any, problems: list[Problem]) -> list[Entry]:
    """What the body asks for; what has no place in it goes to `problems`."""
    if not isinstance(body, Mapping):
        problems.append(Problem("", "Send an object."))
        return []
    found: list[Entry] = []
    for name, value in body.items():
        if name in _NUMBERS:
            found.append(Entry(name, "", value, _pointer(name)))
        elif name not in _MAPPINGS:
            problems.append(Problem(_pointer(name), "This member is not known here."))
        elif not isinstance(value, Mapping):
            problems.append(Problem(_pointer(name), "Give an object of keys and values."))
        elif name == "answers":
            found += _answers(value, problems)
        else:
            found += [
                Entry(_MAPPINGS[name], str(key), one, _pointer(name, key))
                for key, one in value.items()
            ]
    return found


def _answers(given: Mapping[str, Any], problems: list[Problem]) -> Iterator[Entry]:
    for key, said in given.items():
        if not isinstance(said, Mapping):
            yield Entry("answer", str(key), said, _pointer("answers", key))
            continue
        if not said:
            problems.append(Problem(_pointer("answers", key), "Give value, state or evidence."))
        for name, value in said.items():
            where = _pointer("answers", key, name)
            if name in _OF_ANSWER:
                yield Entry(_OF_ANSWER[name], str(key), value, where)
            else:
                problems.append(Problem(where, "This member is not known here."))


def _pointer(*names: object) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(name).replace("~", "~0").replace("/", "~1") for name in names)


def _nested(problems: Sequence[Problem]) -> dict[str, Any]:
    """Messages by pointer, in the nested form that validation errors have."""
    found: dict[str, Any] = {}
    for problem in problems:
        at = found
        for name in problem.where.split("/")[1:]:
            at = at.setdefault(name.replace("~1", "/").replace("~0", "~"), {})
        at.setdefault("non_field_errors", []).append(problem.message)
    return found
