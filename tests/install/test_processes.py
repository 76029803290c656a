"""The command lines of the processes."""

import os
import subprocess
import sys

from config.processes import PROCESSES, command


def test_sending_messages_gives_way_to_everything_else() -> None:
    first = {name: command(name, {})[0] for name in PROCESSES}
    assert {name for name, one in first.items() if one != sys.executable} == {"worker-webhooks"}
    line = command("worker-webhooks", {})
    before = line[: line.index(sys.executable)]
    ask = [*before, sys.executable, "-c", "import os; print(os.nice(0))"]
    said = subprocess.run(ask, capture_output=True, check=True, text=True)
    assert int(said.stdout) == min(os.nice(0) + 10, 19)
