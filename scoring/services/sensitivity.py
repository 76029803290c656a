"""Trying a score under other weights, once, and keeping the result with it."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from audit.errors import Refused
from audit.record import record
from scoring.engine.provenance import ENGINE_VERSION
from scoring.events import SensitivityTested
from scoring.models import Score, Sensitivity
from scoring.selectors import scores as reading
from scoring.selectors import sensitivity as tried


class NothingToTest(Refused):
    """The score is not rated, or cannot be computed again."""

    code = "nothing_to_test"


def run(*, score: Score, by: Principal) -> Sensitivity:
    """Try a score that stands under other weights; what was kept before is given back as it is.

    `by` has found the score among those whose scores they may read. Raises NothingToTest.
    """
    if not by.can(Permission.READ_SCORES, score.unit_id):
        raise NothingToTest(_("This score is not yours to see."))
    try:
        found = tried.computed(score)
    except reading.NotReproducible as error:
        raise NothingToTest(str(error)) from error
    if found is None:
        raise NothingToTest(_("The score is not rated, so there is no band that could hold."))
    with transaction.atomic():
        kept, new = Sensitivity.objects.get_or_create(
            score=score, engine_version=ENGINE_VERSION, defaults={"result": tried.to_data(found)}
        )
        if new:
            record(
                SensitivityTested(
                    aggregate_id=score.assessment_id,
                    unit_id=score.unit_id,
                    vendor_id=score.vendor_id,
                    score_id=score.pk,
                    band=found.band,
                    draws=found.draws,
                    holding=found.holding,
                ),
                by=by,
            )
    return kept
