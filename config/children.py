"""Child processes of the demo, the tests and the private servers: start, tell apart, stop."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Account:
    """The user and group ids that a child runs as."""

    uid: int
    gid: int


def _die_with_parent(ask: signal.Signals) -> Callable[[], None] | None:
    """What a child does before it becomes the command, so that `kill -9` of us reaches it too.

    Linux alone can ask for this. Elsewhere an orphan is found and stopped by the next start.
    The kernel watches the *thread* that started the child: start children from the main thread.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def prepare() -> None:
        prctl(_PR_SET_PDEATHSIG, int(ask), 0, 0, 0)
        # The parent may have died between fork and prctl: nobody would tell us any more.
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str],
    folder: Path,
    account: Account | None = None,
    ask: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start `command` with its output appended to `log`; `ask` is what it is sent when we die.

    The child gets a session of its own: Ctrl-C in a terminal reaches only us, and we decide in
    which order the children go down.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own commands, never a shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
            preexec_fn=_die_with_parent(ask),  # noqa: PLW1509 - two system calls, no locks
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def run_as(
    command: Sequence[str], *, environment: Mapping[str, str], account: Account | None, folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run `command` to its end and give its output; the caller looks at the exit code."""
    return subprocess.run(  # noqa: S603 - our own commands, never a shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=dict(environment),
        cwd=folder,
        check=False,
        timeout=120,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def command_line(pid: int) -> list[str]:
    """The arguments of a running process; empty when there is no such process."""
    try:
        if sys.platform.startswith("linux"):
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
            return raw.decode(errors="replace").rstrip("\0").split("\0") if raw else []
        shown = subprocess.run(  # noqa: S603
            ["/bin/ps", "-p", str(pid), "-o", "command="],
            capture_output=True,
            text=True,
            check=False,
        )
        return shown.stdout.split()
    except OSError:
        return []


def running(pid: int) -> bool:
    """Whether a process with this id exists and is not a zombie."""
    return bool(command_line(pid))


def exists(pid: int) -> bool:
    """Whether the number is taken, if only by a process that has ended and not been fetched yet."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def working_in(folder: Path) -> list[int]:
    """The processes that stand in this very folder, where Linux tells; elsewhere none."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if link.readlink() == folder:
                found.append(int(link.parent.name))
    return found


def ask_to_stop(pid: int, ask: signal.Signals, *, grace: float) -> None:
    """Send `ask`, wait up to `grace` seconds, then kill. For a process that is not our child."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, ask)
        if not wait_until(lambda: not running(pid), seconds=grace):
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: not running(pid), seconds=5)


def stop(process: subprocess.Popen[bytes], ask: signal.Signals, *, grace: float) -> None:
    """Send `ask` to our child, wait up to `grace` seconds, then kill."""
    stop_all([process], ask, grace=grace)


def stop_all(
    processes: Sequence[subprocess.Popen[bytes]], ask: signal.Signals, *, grace: float
) -> None:
    """Send `ask` to all at once, wait up to `grace` seconds for all of them, then kill."""
    # Asked once: a second time means "at once" to some programs.
    for process in processes:
        if process.poll() is None:
            process.send_signal(ask)
    end = time.monotonic() + grace
    for process in processes:
        try:
            process.wait(timeout=max(0.05, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=5)


def wait_until(true: Callable[[], bool], *, seconds: float, every: float = 0.05) -> bool:
    """Ask again and again until it is so (True) or the time is over (False)."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True
