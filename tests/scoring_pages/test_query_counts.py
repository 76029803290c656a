"""How many queries the pages take that people open most, once a process is warm."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import BusinessUnit
from scoring.services import standings
from tests.factories.assessments import small_questionnaire
from tests.factories.scoring import scored
from tests.personas import Person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/dashboard/", 12),
        ("/dashboard/?country=VN", 12),
        ("/dashboard/movement/", 12),
        ("/dashboard/concentration/", 12),
        ("/vendors/{vendor}/", 18),
    ],
)
def test_pages_that_are_opened_most_keep_to_few_queries(
    unit: BusinessUnit,
    admin: Person,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    path: str,
    most: int,
) -> None:
    one = scored(unit, small_questionnaire())
    standings.restand_many(vendor_ids=[one.vendor_id])
    address = path.format(vendor=one.vendor_id)
    admin.browser.get(address)
    with django_assert_max_num_queries(most):
        assert admin.browser.get(address).status_code == 200
