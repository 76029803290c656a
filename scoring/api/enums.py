"""The sets of values that the description of the API names (`config.api_names`)."""

from typing import Final

from scoring.verdicts import Clearance, State, Verdict, Why

#: What `decision` says where nobody has decided.
NOTHING: Final = "none"

CLEARANCE: Final = [one.value for one in Clearance]
CLEARANCE_CODE: Final = [one.value for one in Why]
DECISION_MADE: Final = [*(one.value for one in Verdict), NOTHING]
DECISION_STATE: Final = [one.value for one in State]
