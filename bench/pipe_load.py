"""Fills the database for `bench.pipe` and says whose answers to save. `bench.pipe` runs it."""

import json
import sys
from typing import Any

import django


def main() -> None:
    """The last line of output is a JSON object."""
    django.setup()
    print(json.dumps(load(int(sys.argv[1]), int(sys.argv[2]))))


def load(vendors: int, clients: int) -> dict[str, Any]:
    """Migrate and load; whose answers to save, and the cookie of somebody who may."""
    from django.core.management import call_command
    from django.test import Client

    from accounts.models import User
    from assessments.models import Answer, Assessment
    from assessments.schema import Kind
    from assessments.selectors.assessments import schema_of
    from bench import portfolio

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    access = portfolio.load(vendors)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(email=access.email))
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    desks = []
    for assessment in Assessment.objects.filter(status="draft").order_by("pk")[:clients]:
        questionnaire = schema_of(assessment)
        item = next(
            one
            for one in questionnaire.items
            if one.key in assessment.questions
            and one.question.kind is Kind.SINGLE
            and one.question.gate is None
            and not one.parents
        )
        answer = Answer.objects.filter(assessment=assessment, question_key=item.key).first()
        # Two answers of different risk in turn, so that every save asks for a new score.
        options = sorted(item.question.choices, key=lambda option: option.risk)
        choices = [options[0].key, options[-1].key]
        if answer and answer.value == choices[0]:
            choices.reverse()
        desks.append(
            {
                "assessment": str(assessment.pk),
                "section": item.section,
                "question": item.key,
                "choices": choices,
                "version": answer.version if answer else 0,
            }
        )
    return {"cookie": cookie, "desks": desks}


if __name__ == "__main__":
    main()
