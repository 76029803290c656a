"""Which background work waits in which queue: so that nobody waits behind what takes long.

Whatever is not named in `ROUTES` follows what somebody has just done, and goes to INTERACTIVE.
"""

from collections.abc import Mapping
from typing import Final

#: What somebody waits for: a score after an answer. Seconds at most.
INTERACTIVE: Final = "interactive"
#: The whole portfolio, long lists, and what the calendar brings: nobody stands and waits.
BULK: Final = "bulk"
#: What waits for machines of others: webhooks and mail.
OUTBOUND: Final = "outbound"
#: Files in the making: reports and exports. They need memory, and their readers wait a little.
REPORTS: Final = "reports"

QUEUES: Final = (INTERACTIVE, BULK, OUTBOUND, REPORTS)
#: Names of earlier versions. What still waits in them is worked off beside what waits in the queue
#: of today, so an upgrade with messages under way loses none.
FORMER: Final[Mapping[str, str]] = {INTERACTIVE: "celery", OUTBOUND: "webhooks"}

_TASKS: Final[Mapping[str, tuple[str, ...]]] = {
    BULK: (
        "accounts.digest",
        "assessments.findings_sweep",
        "assessments.move_over",
        "assessments.move_piece",
        "assessments.remind",
        "assessments.renewals",
        "assessments.retain",
        "assessments.together_piece",
        "scoring.reassess_country",
        "scoring.reassess_many",
        "scoring.refold",
        "scoring.remind",
        "scoring.rescore_due",
        "scoring.rescore_many",
        "scoring.run_piece",
        "scoring.sample",
        "scoring.sample_sweep",
        "vendors.check_dates",
        "vendors.findings_sweep",
        "vendors.import_ip",
        "vendors.import_list",
        "vendors.import_rates",
        "vendors.import_rows",
        "vendors.import_watch_list",
        "vendors.merge",
        "vendors.remind",
        "vendors.screen_list",
        "vendors.screening_sweep",
    ),
    OUTBOUND: ("accounts.deliver", "webhooks.fan_out", "webhooks.send", "webhooks.tidy"),
    REPORTS: (
        "reports.continue",
        "reports.make",
        "scoring.continue_export",
        "scoring.make_export",
    ),
}
ROUTES: Final = {name: {"queue": queue} for queue, names in _TASKS.items() for name in names}


def worked_with(queue: str) -> list[str]:
    """The queue and the one that it replaces, as whoever works on it must name them."""
    return [queue, *([FORMER[queue]] if queue in FORMER else [])]
