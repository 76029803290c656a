"""`make demo`: all of Surety on one machine, watched over, until Ctrl-C.

Environment: DEMO_PORT (8000), DEMO_DATA (.demo), DEMO_PASSWORD (a random one), and DATABASE_URL
with REDIS_URL to use servers of your own instead of private ones.
"""

import json
import os
import re
import secrets
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import IO

from config import demo_receiver, embedded
from config.children import spawn, stop, stop_all, wait_until
from config.embedded_servers import Process, write_private
from config.processes import PROCESSES, command, workers_that_answer

REPOSITORY = Path(__file__).resolve().parent.parent
SERVICES = ("web", "worker", "worker-bulk", "worker-reports", "worker-outbound", "beat")
_LIVED_LONG = 60.0
_LONGEST_PAUSE = 30.0


class DemoError(Exception):
    """The demo cannot go on. The message is one sentence that says what to do."""


@dataclass(frozen=True)
class Wishes:
    """What the person who starts the demo asks for."""

    port: int
    data: Path
    password: str
    """Empty for a random one."""
    own_servers: dict[str, str]
    """DATABASE_URL and REDIS_URL, or nothing for private servers."""

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"


def wishes(environment: Mapping[str, str]) -> Wishes:
    """Read them from the environment. DemoError: one of them cannot be met."""
    port = environment.get("DEMO_PORT") or "8000"
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise DemoError(f"DEMO_PORT is {port}: give a number from 1 to 65535.")
    data = (REPOSITORY / (environment.get("DEMO_DATA") or ".demo")).expanduser()
    if re.search(r"\s", str(data)):
        raise DemoError(
            f"The path {data} has a space in it, which the file of settings cannot hold:"
            " give another folder with DEMO_DATA."
        )
    own = {
        name: environment[name] for name in ("DATABASE_URL", "REDIS_URL") if environment.get(name)
    }
    if len(own) == 1:
        raise DemoError("Set both DATABASE_URL and REDIS_URL, or neither.")
    return Wishes(int(port), data, environment.get("DEMO_PASSWORD", ""), own)


def check_port(port: int) -> None:
    """DemoError: nobody could reach us there."""
    try:
        # The web processes of a demo that was just killed hold it for a moment longer.
        free = wait_until(lambda: _is_free(port), seconds=3, every=0.2)
    except PermissionError:
        raise DemoError(
            f"You may not listen on port {port}: choose another, such as DEMO_PORT=8001 make demo."
        ) from None
    if not free:
        raise DemoError(
            f"Port {port} is in use: stop the program that has it, or choose another"
            f" with DEMO_PORT={port + 1 if port < 65535 else 8001} make demo."
        )


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise
        except OSError:
            return False
        return True


def settings_of(wish: Wishes, servers: Mapping[str, str]) -> dict[str, str]:
    """Everything config.settings needs; the keys are made once and kept in the `env` file."""
    before = dict(
        line.split("=", 1) for line in (_read(wish.data / "env") or "").splitlines() if "=" in line
    )
    return {
        "DATABASE_URL": servers["DATABASE_URL"],
        "REDIS_URL": servers["REDIS_URL"],
        "SECRET_KEY": before.get("SECRET_KEY") or secrets.token_urlsafe(48),
        "AUDIT_KEY": before.get("AUDIT_KEY") or secrets.token_urlsafe(48),
        "AUDIT_ANCHOR_FILE": str(wish.data / "anchor.jsonl"),
        "MEDIA_ROOT": str(wish.data / "media"),
        "STATIC_ROOT": str(wish.data / "static"),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "CSRF_TRUSTED_ORIGINS": f"{wish.address},http://127.0.0.1:{wish.port}",
        "HTTPS": "false",
        # Nothing is mailed from a demo, so its letters can be read on a page, links and all.
        "SHOW_SECRET_LETTERS": "true",
        "DEMO_DATA": str(wish.data),
        # Its receiver of webhooks is on this machine.
        "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.1/32",
    }


def _read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


@dataclass
class Watched:
    """One child and how it has fared."""

    process: Process
    started: float
    pause: float = 1.0
    """Seconds to wait before the next start; doubles while it keeps falling."""
    due: float | None = None
    """When to start it again; None while it runs."""


@dataclass
class Demo:
    """The running whole."""

    wish: Wishes
    lock: IO[str] | None = None
    servers: embedded.Servers | None = None
    receiver: ThreadingHTTPServer | None = None
    environment: dict[str, str] = field(default_factory=dict)
    watched: dict[str, Watched] = field(default_factory=dict)

    def start(self) -> None:
        """Servers, schema, demo data, processes; returns when pages and scores are served."""
        check_port(self.wish.port)
        self._start_servers()
        self._start_receiver()
        self._prepare()
        for name in SERVICES:
            self.watched[name] = Watched(self._spawn(name), time.monotonic())
        self._wait_until_ready()

    def _start_servers(self) -> None:
        own = self.wish.own_servers
        if own:
            self.lock = embedded.claim(self.wish.data)
        else:
            say("Starting a private PostgreSQL and Valkey …")
            self.servers = embedded.start(self.wish.data)
            own = {
                "DATABASE_URL": self.servers.database_url,
                "REDIS_URL": self.servers.redis_url,
            }
            if self.servers.moved:
                say(
                    f"Their data are in {self.servers.folder}: they may not run as root,"
                    f" and another user cannot reach {self.wish.data}."
                )
        settings = settings_of(self.wish, own)
        write_private(
            self.wish.data / "env", "".join(f"{key}={value}\n" for key, value in settings.items())
        )
        kept = {key: value for key, value in os.environ.items() if key != "DEMO_PASSWORD"}
        self.environment = {
            **kept,
            **settings,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONUNBUFFERED": "1",
            "WEB_BIND": f"127.0.0.1:{self.wish.port}",
            "RUN_FOLDER": str(self.wish.data),
        }

    def _start_receiver(self) -> None:
        """A system that is told what happens, where it listened last time if that is free."""
        kept = self.wish.data / "receiver-port"
        self.receiver = demo_receiver.start(int(_read(kept) or 0))
        port = self.receiver.server_port
        kept.write_text(str(port))
        self.environment["DEMO_RECEIVER"] = f"http://127.0.0.1:{port}"

    def _prepare(self) -> None:
        """Schema, static files and demo data, in one process that knows Django."""
        first = not (self.wish.data / "credentials.json").exists()
        say("Preparing the database and the demo data …" if first else "Checking the database …")
        log = self.wish.data / "logs" / "prepare.log"
        process = spawn(
            [sys.executable, "-m", "config.demo_data"],
            log=log,
            environment={**self.environment, "DEMO_PASSWORD": self.wish.password},
            folder=REPOSITORY,
        )
        try:
            code = process.wait()
        except BaseException:
            stop(process, signal.SIGTERM, grace=10)
            raise
        if code != 0:
            raise DemoError(f"The database could not be prepared: {last_line(log)} (see {log}).")

    def _spawn(self, name: str) -> Process:
        return spawn(
            command(name, self.environment),
            log=self._log(name),
            environment=self.environment,
            folder=REPOSITORY,
        )

    def _log(self, name: str) -> Path:
        return self.wish.data / "logs" / f"{name}.log"

    def _wait_until_ready(self) -> None:
        say("Starting the web server and the workers …")
        well = PROCESSES["web"].healthy
        waiting = {name for name in SERVICES if name.startswith("worker")}

        def web_settled() -> bool:
            return self._fallen() is not None or well is None or well(self.environment)

        def workers_settled() -> bool:
            waiting.difference_update(
                workers_that_answer(self.environment["REDIS_URL"], *waiting, seconds=0.5)
            )
            return self._fallen() is not None or not waiting

        ready = wait_until(web_settled, seconds=120, every=0.1)
        ready = ready and wait_until(workers_settled, seconds=120, every=0.1)
        fallen = self._fallen()
        if fallen is not None:
            raise DemoError(
                f"The {fallen} process does not start: {last_line(self._log(fallen))}"
                f" (see {self._log(fallen)})."
            )
        if not ready:
            raise DemoError(
                f"Not everything is ready after two minutes: see {self.wish.data / 'logs'}."
            )

    def _fallen(self) -> str | None:
        """The name of a process that has ended, or None."""
        for name, one in self.watched.items():
            if one.process.poll() is not None:
                return name
        return None

    def watch(self) -> None:
        """Start again whatever ends by itself, ever more slowly, until a signal comes."""
        while True:
            if self.servers is not None and (name := self.servers.fallen()) is not None:
                say(f"{name} has stopped; starting it again.")
                self.servers.revive()
            now = time.monotonic()
            for name, one in self.watched.items():
                self._look_at(name, one, now)
            time.sleep(0.5)

    def _look_at(self, name: str, one: Watched, now: float) -> None:
        code = one.process.poll()
        if code is None:
            return
        if one.due is None:
            if now - one.started > _LIVED_LONG:
                one.pause = 1.0
            one.due = now + one.pause
            say(
                f"The {name} process has ended ({how(code)}); starting it again in"
                f" {one.pause:.0f} s. Its log: {self._log(name)}"
            )
            one.pause = min(one.pause * 2, _LONGEST_PAUSE)
        elif now >= one.due:
            one.process, one.started, one.due = self._spawn(name), now, None

    def stop(self) -> None:
        """Stop all: first who makes work, then who does it, then who keeps it."""
        # A task in hand may finish; what does not in time comes back at the next start.
        stop_all([one.process for one in self.watched.values()], signal.SIGTERM, grace=15)
        if self.receiver is not None:
            self.receiver.shutdown()
        if self.servers is not None:
            self.servers.stop()
        if self.lock is not None:
            self.lock.close()


def how(code: int) -> str:
    """An exit code in words."""
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def last_line(log: Path) -> str:
    """The last words of a log, without a full stop."""
    lines = [line.strip() for line in (_read(log) or "").splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else "it said nothing"


def say(line: str) -> None:
    """Tell the person at the terminal, at once."""
    print(line, flush=True)


def welcome(wish: Wishes, seconds: float) -> str:
    """What a person needs to begin."""
    shown = wish.data.relative_to(REPOSITORY) if wish.data.is_relative_to(REPOSITORY) else wish.data
    lines = ["", f"Surety is ready ({seconds:.0f} s):  {wish.address}", ""]
    text = _read(wish.data / "credentials.json")
    if text is not None:
        known = json.loads(text)
        width = max((len(one["email"]) for one in known["accounts"]), default=0)
        lines += ["  Sign in as"]
        lines += [f"    {one['email']:{width}}  {one['role']}" for one in known["accounts"]]
        lines += [
            f"  Password  {known['password']}",
            f"  API key   {known['api_key']}",
            f"    curl -H 'Authorization: Bearer {known['api_key']}' {wish.address}/api/v1/vendors",
            "",
        ]
        if pages := known.get("pages"):
            lines += ["  Look at"]
            lines += [
                line
                for title, path in pages
                for line in (f"    {title}", f"      {wish.address}{path}")
            ]
            lines += [""]
    lines += [
        f"  Commands  env $(cat {shown}/env) .venv/bin/python manage.py help",
        f"  Logs      {shown}/logs",
        f"  Ctrl-C stops everything; the data stay in {shown}.",
        "",
    ]
    return "\n".join(lines)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run the demo until Ctrl-C or SIGTERM; exit code 1 and one sentence when it cannot."""
    begun = time.monotonic()
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(one) is not signal.SIG_IGN or one is signal.SIGINT:
            signal.signal(one, _interrupt)
    demo: Demo | None = None
    problem = ""
    try:
        demo = Demo(wishes(os.environ))
        demo.start()
        say(welcome(demo.wish, time.monotonic() - begun))
        demo.watch()
    except KeyboardInterrupt:
        say("\nStopping …")
    except (DemoError, embedded.EmbeddedError) as error:
        problem = str(error)
    finally:
        # A second Ctrl-C must not leave half of it running.
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN)
        if demo is not None:
            demo.stop()
    if problem:
        sys.exit(problem)
    say("Stopped.")


if __name__ == "__main__":
    main()
