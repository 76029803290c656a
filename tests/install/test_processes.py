"""The command lines of the processes, and what one of them has loaded before it begins."""

import os
import subprocess
import sys

from config.processes import PROCESSES, command

#: What a worker does before it forks.
_START = """
import sys
from config.celery import app
app.loader.init_worker()
print({"config.urls", "reports.tasks", "typst"} <= set(sys.modules))
"""


def test_sending_messages_gives_way_to_everything_else() -> None:
    first = {name: command(name, {})[0] for name in PROCESSES}
    assert {name for name, one in first.items() if one != sys.executable} == {"worker-outbound"}
    line = command("worker-outbound", {})
    before = line[: line.index(sys.executable)]
    ask = [*before, sys.executable, "-c", "import os; print(os.nice(0))"]
    said = subprocess.run(ask, capture_output=True, check=True, text=True)
    assert int(said.stdout) == min(os.nice(0) + 10, 19)


def test_no_task_of_a_worker_waits_until_all_addresses_are_loaded() -> None:
    settings = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    ask = [sys.executable, "-c", _START]
    said = subprocess.run(ask, env=settings, capture_output=True, check=True, text=True)
    assert said.stdout.strip() == "True"
