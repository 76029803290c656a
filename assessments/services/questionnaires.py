"""Publishing questionnaires."""

from functools import cache
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.principal import SYSTEM, Principal
from assessments import schema
from assessments.errors import QuestionnaireChanged
from assessments.events.assessments import QuestionnairePublished
from assessments.models import Questionnaire
from audit import clock
from audit.record import record

BUILTIN_FILE: Final = Path(__file__).parents[1] / "questionnaires" / "ip-outsourcing.yaml"


@cache
def builtin_file() -> schema.Questionnaire:
    """The questionnaire that comes with Surety, as its file has it."""
    return schema.load(BUILTIN_FILE.read_bytes())


def builtin() -> Questionnaire:
    """The built-in questionnaire, published on first use; calling again changes nothing."""
    return publish(builtin_file(), by=SYSTEM)


@transaction.atomic
def publish(content: schema.Questionnaire, *, by: Principal) -> Questionnaire:
    """Publish a version of a questionnaire; the same content again gives the version there is.

    A published version never changes: other content under its number raises QuestionnaireChanged.
    """
    found, made = Questionnaire.objects.defer("content").get_or_create(
        key=content.key,
        version=content.version,
        defaults={
            "title": str(content.title)[:200],
            "status": Questionnaire.Status.PUBLISHED,
            "content": content.to_data(),
            "content_hash": content.content_hash,
            "published_at": clock.now(),
        },
    )
    if found.content_hash != content.content_hash:
        raise QuestionnaireChanged(
            _("“%(key)s” %(version)s is published with other content. Raise its version.")
            % {"version": content.version, "key": content.key}
        )
    if made:
        record(
            QuestionnairePublished(
                aggregate_id=found.pk,
                key=found.key,
                version=found.version,
                content_hash=found.content_hash,
            ),
            by=by,
        )
    return found
