"""Fills the database for `bench.load`, and writes down who may do what. `bench.load` runs it."""

import json
import sys
from pathlib import Path
from typing import Any

import django

#: Questions that each person answers in turn.
_QUESTIONS = 12


def main() -> None:
    """`VENDORS PEOPLE FILE`: the plan goes into the file, the last line of output says how much."""
    django.setup()
    plan = load(int(sys.argv[1]), int(sys.argv[2]))
    Path(sys.argv[3]).write_text(json.dumps(plan))
    print(json.dumps({"desks": len(plan["desks"]), "vendors": len(plan["vendors"])}))


def load(vendors: int, people: int) -> dict[str, Any]:
    """Migrate and load; the desks of people with a cookie each, and what others read."""
    from django.core.management import call_command

    from assessments.models import Assessment
    from bench import portfolio
    from scoring.models import Score
    from vendors.models import Vendor

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    access = portfolio.load(vendors)
    drafts = Assessment.objects.filter(status="draft").order_by("pk")[:people]
    if len(drafts) < people:
        sys.exit(f"{vendors} vendors have drafts for {len(drafts)} people only: take more vendors.")
    known = Vendor.objects.order_by("pk").values_list("pk", flat=True)[:200]
    scored = Score.objects.order_by("pk").values_list("assessment", "pk")[:200]
    return {
        "api_key": access.api_key,
        "desks": [_desk(number, one) for number, one in enumerate(drafts)],
        "readers": [_cookie(f"reader-{number}@example.com") for number in range(20)],
        "vendors": [str(pk) for pk in known],
        "assessments": [str(assessment) for assessment, _score in scored],
        "scores": [str(score) for _assessment, score in scored],
    }


def _cookie(email: str) -> str:
    from django.test import Client

    from accounts.models import Membership, User
    from accounts.permissions import Role
    from bench.portfolio import PASSWORD

    user = User.objects.create_user(email, PASSWORD, name=email.partition("@")[0])
    Membership.objects.create(user=user, role=Role.PROCUREMENT)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())


def _desk(number: int, assessment: Any) -> dict[str, Any]:
    """An assessment, and the questions whose answers change it in turn."""
    from assessments.models import Answer
    from assessments.schema import Kind
    from assessments.selectors.assessments import schema_of

    stored = {row.question_key: row for row in Answer.objects.filter(assessment=assessment)}
    asked = [
        one
        for one in schema_of(assessment).items
        if one.key in assessment.questions
        and one.question.kind is Kind.SINGLE
        and one.question.gate is None
        and not one.parents
    ][:_QUESTIONS]
    questions = []
    for item in asked:
        options = sorted(item.question.choices, key=lambda option: option.risk)
        answer = stored.get(item.key)
        choices = [options[0].key, options[-1].key]
        # Each answer differs from the one before, so that each asks for a new score.
        if answer and answer.value == choices[0]:
            choices.reverse()
        questions.append(
            {
                "section": item.section,
                "key": item.key,
                "choices": choices,
                "version": answer.version if answer else 0,
            }
        )
    return {
        "assessment": str(assessment.pk),
        "cookie": _cookie(f"person-{number}@example.com"),
        "questions": questions,
    }


if __name__ == "__main__":
    main()
