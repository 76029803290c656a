"""What each scope of an API client opens, in words for whoever gives it away."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Scope -> what comes with it. What it is called is in the settings of OAuth2.
MEANINGS: Final[dict[str, Promise]] = {
    "scores:read": _(
        "Scores with their reasons and history, decisions, clearance for purchase orders, exports."
        " Changes nothing. What an ERP needs to block or release suppliers."
    ),
    "scores:recalculate": _(
        "Starts a run over everything by the method in force, and follows it."
        " Works only for a client of all business units."
    ),
    "vendors:read": _(
        "Vendors, engagements and what is recorded of them: contracts, incidents, findings,"
        " matches with watch-lists. Changes nothing."
    ),
    "vendors:write": _(
        "Adds and changes vendors, engagements and facts, such as contracts and incidents."
        " Scores follow. It cannot decide on matches or close incidents."
    ),
    "assessments:write": _(
        "Opens assessments, fills in answers, adds evidence, invites the vendor's people and"
        " submits. It cannot review, sign off or decide."
    ),
    "webhooks:manage": _(
        "Adds, changes and removes the addresses at which the system is told of changes."
        " What is told there follows the other scopes."
    ),
}
