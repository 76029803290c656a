"""What becomes of assessments, invitations and renewals when their engagement has ended."""

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment, Invitation
from assessments.selectors import portal
from assessments.selectors.renewals import renewals_visible_to, waiting
from assessments.services import assessments, ending, renewals
from assessments.services.renewals import NotDue
from assessments.tasks import end_with_engagement
from audit import dispatch
from audit.models import Event
from tests.factories.assessments import answer_all, make_assessment
from tests.factories.offboarding import end_engagement
from tests.factories.portal import browser, invited
from tests.personas import Person

pytestmark = pytest.mark.django_db


def react() -> None:
    """What the worker does with every change of an engagement."""
    for event in Event.objects.filter(type="engagement.changed"):
        assert "assessments.end_with_engagement" in dispatch.routes()[event.type]
        end_with_engagement(str(event.id))


def test_what_is_in_progress_is_cancelled_and_the_vendors_people_are_let_in_no_more(
    unit: BusinessUnit,
) -> None:
    assessment = make_assessment(unit)
    invitation = invited(assessment)
    inside = browser(invitation)
    assert inside.get(f"/portal/{invitation.pk}/").status_code == 200
    end_engagement(assessment.engagement)
    for _again in range(2):
        react()
    assessment.refresh_from_db()
    assert (assessment.status, assessment.status_reason) == ("closed", "The engagement has ended.")
    assert not portal.is_live(Invitation.objects.get(pk=invitation.pk))
    assert inside.get(f"/portal/{invitation.pk}/").status_code != 200
    assert Event.objects.filter(type="assessment.cancelled").count() == 1


def test_what_was_signed_off_stays_and_is_not_renewed(
    unit: BusinessUnit, legal: Person, procurement: Person
) -> None:
    assessment = make_assessment(unit)
    answer_all(assessment)
    assessments.submit(assessment=assessment, by=SYSTEM)
    assessments.take(assessment=assessment, by=SYSTEM)
    assessments.sign_off(assessment=assessment, by=legal.principal)
    renewal = renewals.ensure(assessment_id=assessment.pk)
    assert renewal is not None
    assert waiting(renewals_visible_to(procurement.principal)).exists()
    end_engagement(assessment.engagement)
    react()
    assert Assessment.objects.get().status == "approved"
    assert not waiting(renewals_visible_to(procurement.principal)).exists()
    with pytest.raises(NotDue):
        renewals.start(renewal=renewal, by=procurement.principal)


def test_nothing_happens_while_the_engagement_goes_on(unit: BusinessUnit) -> None:
    assessment = make_assessment(unit)
    invited(assessment)
    ending.end_with(engagement_id=assessment.engagement_id)
    assessment.refresh_from_db()
    assert assessment.status == "sent"
