"""Hosts of a network that exists only here: each in a network namespace, at its own address.

Whoever uses this is in a namespace already (`enter`), so nothing of the machine's own network is
touched, and everything is gone when it ends. A bridge joins the hosts, as a switch would; pulling
a host's plug takes down its line to the bridge.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyroute2 import IPRoute

from config.children import spawn, wait_until

REPOSITORY = Path(__file__).parents[2]
NETWORK = "10.77.0"
#: Where whoever watches stands: on the bridge itself.
WATCHER = f"{NETWORK}.1"


def enter(command: Sequence[str]) -> list[str]:
    """The command line that runs `command` in a network of its own.

    As root directly; as anybody else in a user namespace, where the system allows that.
    Raises AssertionError with one sentence where neither is possible.
    """
    assert sys.platform.startswith("linux"), "Hosts of a network of our own need Linux."
    for program in ("unshare", "nsenter", "setpriv"):
        assert shutil.which(program), f"Hosts of our own need {program} (package util-linux)."
    mine = [] if os.geteuid() == 0 else ["--user", "--map-current-user", "--keep-caps"]
    prefix = ["unshare", *mine, "--net", "--uts"]
    tried = subprocess.run([*prefix, "true"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, (
        "Hosts of our own need network namespaces: run as root, or allow user namespaces "
        f"(sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone). {tried.stderr}"
    )
    return [*prefix, "--", *command]


def _net_of(keeper: "subprocess.Popen[bytes]") -> Path:
    return Path(f"/proc/{keeper.pid}/ns/net").readlink()


@dataclass
class Host:
    """A machine of the network, kept alive by a process that sleeps in it."""

    name: str
    address: str
    keeper: "subprocess.Popen[bytes]"

    def command(self, command: Sequence[str], *, as_nobody: bool = False) -> list[str]:
        """The command line that runs `command` on this host."""
        there = f"/proc/{self.keeper.pid}/ns"
        line = ["nsenter", f"--net={there}/net", f"--uts={there}/uts", "--"]
        if as_nobody and os.geteuid() == 0:
            # Another user than the one who started it would else outlive us.
            line += ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
            line += ["--pdeathsig=INT"]
        return [*line, *command]

    def start(
        self,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        folder: Path = REPOSITORY,
        as_nobody: bool = False,
    ) -> "subprocess.Popen[bytes]":
        """Start a process on this host, its output in `log`."""
        line = self.command(command, as_nobody=as_nobody)
        return spawn(line, log=log, environment=environment, folder=folder)


@dataclass
class Network:
    """The bridge, and the hosts at it."""

    logs: Path
    hosts: dict[str, Host] = field(default_factory=dict)
    _route: IPRoute = field(default_factory=IPRoute)

    def __post_init__(self) -> None:
        self._up("lo")
        self._route.link("add", ifname="bridge", kind="bridge")
        self._route.addr("add", index=self._index("bridge"), address=WATCHER, prefixlen=24)
        self._up("bridge")

    def add(self, name: str, number: int) -> Host:
        """A host with this last number of its address."""
        keeper = spawn(
            ["unshare", "--net", "--uts", "--", "sleep", "infinity"],
            log=self.logs / "hosts.log",
            environment=os.environ,
            folder=REPOSITORY,
        )
        host = Host(name, f"{NETWORK}.{number}", keeper)
        self.hosts[name] = host
        ours = Path("/proc/self/ns/net").readlink()

        def apart() -> bool:
            return keeper.poll() is None and _net_of(keeper) != ours

        assert wait_until(apart, seconds=30), f"The host {name} cannot be made."
        peer = {"ifname": "line", "net_ns_pid": keeper.pid}
        self._route.link("add", ifname=name, kind="veth", peer=peer)
        self._route.link("set", index=self._index(name), master=self._index("bridge"))
        self._up(name)
        inside = [sys.executable, "-m", "tests.reliability.hosts", name, host.address]
        subprocess.run(host.command(inside), cwd=REPOSITORY, check=True)
        return host

    def cut_off(self, name: str) -> None:
        """Pull the plug of a host: nothing goes in or out, and nobody is told."""
        self._route.link("set", index=self._index(name), state="down")

    def join(self, name: str) -> None:
        """Put the plug in again."""
        self._up(name)

    def close(self) -> None:
        """Let the hosts go."""
        for host in self.hosts.values():
            host.keeper.kill()
            host.keeper.wait(timeout=10)
        self._route.close()

    def _index(self, name: str) -> int:
        index: int = self._route.link_lookup(ifname=name)[0]
        return index

    def _up(self, name: str) -> None:
        self._route.link("set", index=self._index(name), state="up")


def main() -> None:
    """On a new host: give it its name, and its line the address."""
    name, address = sys.argv[1:]
    socket.sethostname(name)
    with IPRoute() as route:
        for line in ("lo", "line"):
            index = route.link_lookup(ifname=line)[0]
            if line != "lo":
                route.addr("add", index=index, address=address, prefixlen=24)
            route.link("set", index=index, state="up")


if __name__ == "__main__":
    main()
