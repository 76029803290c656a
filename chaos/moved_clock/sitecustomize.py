"""Moves the wall clock of a Python process by CHAOS_CLOCK_SHIFT seconds, from its start on.

Put on PYTHONPATH by `chaos.stack` for single processes. What goes by Python's clocks of the day
(datetime, time.time) is moved; time.monotonic and the clocks of PostgreSQL and Valkey are not, as
on a host whose clock is wrong.
"""

import os
import time

import time_machine

_shift = float(os.environ.get("CHAOS_CLOCK_SHIFT", "0"))
if _shift:
    time_machine.travel(time.time() + _shift, tick=True).start()
