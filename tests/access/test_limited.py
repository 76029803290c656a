"""An engagement that is limited to named people is not there for anybody else, by any address."""

from uuid import UUID

import pytest

from accounts.models import BusinessUnit
from accounts.permissions import Role
from accounts.principal import SYSTEM
from tests.access.conftest import Ask, Worlds
from tests.access.matrix import HERE, REFUSED_BEFORE_LOOKING, lines
from tests.access.world import World
from tests.factories.accounts import make_user
from vendors.models import Engagement
from vendors.services import limits

LINES = lines()

#: Kinds of objects of the world that belong to an engagement, or are one.
BELOW = {
    "answer_file", "answered", "contract", "disclosure", "draft", "engagement", "evidence",
    "evidence_file", "filled_workbook", "hold", "in_review", "incident", "invitation", "ip_asset",
    "limited", "measure", "proof", "renewal", "score", "sent", "signed_off", "submitted",
    "subcontract", "suspicion", "topic", "trained", "training", "watched",
    "engagement_to_end", "offboarding", "offboarding_line", "offboarding_closed",
}  # fmt: skip
#: Who is asked: those who see most, in all units, in this one, and by the API. None is named.
COLUMNS = {one: HERE[one] for one in ("admin", "legal", "audit", "client")}
#: For administrators of all units, who may look up who is named.
FOR_ADMINISTRATORS = {"vendors:limited", "vendors:limit_people"}


def limit_everything(unit: BusinessUnit) -> None:
    """Every engagement of a unit is for one person, whom nobody of the tests is."""
    named = make_user(Role.LEGAL, unit, name="Nora Named")
    for one in Engagement.objects.filter(unit=unit):
        limits.limit(engagement=one, users=[named.pk], by=SYSTEM)


def below(world: World) -> dict[str, UUID]:
    """What of a world belongs to engagements."""
    return {kind: pk for kind, pk in world.objects.items() if kind in BELOW}


@pytest.mark.parametrize("column", COLUMNS)
def test_for_those_who_are_not_named_nothing_of_a_limited_engagement_is_there(
    column: str, worlds: Worlds, ask: Ask, unit: BusinessUnit
) -> None:
    limit_everything(unit)
    secret = {str(pk) for pk in below(worlds.here).values()}
    wrong: list[str] = []
    for line in LINES:
        objects = worlds.here.named(line)
        hidden = set(line.objects.values()) & BELOW and line.name not in FOR_ADMINISTRATORS
        answer = ask(COLUMNS[column], line, worlds.here)
        if hidden and answer.status not in REFUSED_BEFORE_LOOKING | {"404"}:
            wrong.append(f"{line}: {answer.status}")
        if hidden and answer.events:
            wrong.append(f"{line}: {answer.events} events were written")
        known = {str(value) for value in objects.values()}
        shown = [one for one in secret - known if one in answer.text]
        if line.name in FOR_ADMINISTRATORS:
            shown = []
        titles = (f"{worlds.here.word} moulds", f"{worlds.here.word} secret moulds")
        shown += [title for title in titles if title in answer.text]
        if shown:
            kinds = [kind for kind, pk in below(worlds.here).items() if str(pk) in shown]
            wrong.append(f"{line}: shows {kinds or shown}")
    assert not wrong, "\n".join(wrong)
