"""Fills one database for `bench.http` and says how to ask it. `bench.http` runs it."""

import json
import sys
from datetime import timedelta
from typing import Any

import django


def main() -> None:
    """Migrate, load, count queries; the last line of output is a JSON object."""
    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from accounts.models import User
    from bench import portfolio

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    access = portfolio.load(int(sys.argv[1]))
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(email=access.email))
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    routes = _routes()
    queries = {
        route: _queries(browser, access.api_key, route, paths) for route, paths in routes.items()
    }
    print(
        json.dumps(
            {"api_key": access.api_key, "cookie": cookie, "routes": routes, "queries": queries}
        )
    )


def _routes() -> dict[str, list[str]]:
    """Route -> addresses of it, spread over the portfolio."""
    from assessments.models import Assessment
    from audit import clock
    from scoring.models import Score
    from vendors.models import Engagement, ExternalId, Vendor

    def some(rows: Any, count: int = 40) -> list[Any]:
        return list(rows.order_by("pk")[:: max(rows.count() // count, 1)][:count])

    vendors = some(Vendor.objects.all())
    engagements = some(Engagement.objects.all())
    drafts = some(Assessment.objects.filter(status="draft"))
    reviewed = some(Assessment.objects.filter(status="in_review"))
    scored = some(Assessment.objects.exclude(status="draft"))
    scores = some(Score.objects.all())
    numbers = some(ExternalId.objects.all())
    words = ["amber", "helix moulding", "zephyr labs 12", "quartz", "hrb000012", "optics"]
    return {
        "healthz": ["/healthz"],
        "dashboard": ["/dashboard/"],
        "dashboard, narrowed": ["/dashboard/?country=CN"],
        "dashboard, a past day": [f"/dashboard/?day={clock.today() - timedelta(days=1)}"],
        "dashboard, movement": ["/dashboard/movement/"],
        "dashboard, concentration": ["/dashboard/concentration/"],
        "dashboard, ending": ["/dashboard/ending/"],
        "vendors": ["/vendors/"],
        "vendors, 100 a page": ["/vendors/?size=100"],
        "vendors by name": ["/vendors/?sort=name"],
        "vendors, filtered": ["/vendors/?band=high&tier=high", "/vendors/?country=VN"],
        "vendors, searched": [f"/vendors/?q={word.replace(' ', '+')}" for word in words],
        "vendor": [f"/vendors/{row.pk}/" for row in vendors],
        "vendor, edit": [f"/vendors/{row.pk}/edit/" for row in vendors],
        "engagement, edit": [f"/engagements/{row.pk}/edit/" for row in engagements],
        "scorecard": [f"/assessments/{row.pk}/score/" for row in scored],
        "assessments": ["/assessments/"],
        "assessment": [f"/assessments/{row.pk}/" for row in drafts],
        "section": [f"/assessments/{row.pk}/sections/{row.sections[0]}/" for row in drafts],
        "check answers": [f"/assessments/{row.pk}/check/" for row in drafts],
        "review": [f"/assessments/{row.pk}/review/" for row in reviewed],
        "imports": ["/imports/"],
        "log": ["/log/"],
        "members": ["/members/"],
        "api clients": ["/api-clients/"],
        "api: vendors": ["/api/v1/vendors?limit=100"],
        "api: vendor": [f"/api/v1/vendors/{row.pk}" for row in vendors],
        "api: vendor by external id": [
            f"/api/v1/vendors/by-external-id/{row.system}/{row.value}" for row in numbers
        ],
        "api: vendor score": [f"/api/v1/vendors/{row.pk}/score" for row in vendors],
        "api: scores": ["/api/v1/scores?limit=100"],
        "api: score": [f"/api/v1/scores/{row.pk}" for row in scores],
        "api: contributions": [f"/api/v1/scores/{row.pk}/contributions" for row in scores],
    }


def _queries(browser: Any, api_key: str, route: str, paths: list[str]) -> int:
    """The most queries that any of the addresses takes once the process is warm."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    program = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {api_key}"})
    client = program if route.startswith("api:") else browser
    most = 0
    for path in paths[:6]:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            response = client.get(path)
        if response.status_code != 200:
            sys.exit(f"{path} answers {response.status_code}.")
        most = max(most, len(captured))
    return most


if __name__ == "__main__":
    main()
