"""`python -m chaos`: anything may die at any moment, and nothing that was acknowledged is lost.

20 clients fill in, submit, import, export, read and follow the change feed over HTTP, while web,
workers, the clock, Valkey and PostgreSQL are killed with `kill -9` by chance and started again,
some with a wrong clock, the queue is emptied, and Valkey loses its data. Each client keeps a
journal on disk of what it sent and what it was told. In the end everything runs again, comes to
rest, and is compared: journals, record, scores, feed, receiver. The last line is one JSON object;
ends with 1 where anything was lost, half-done, doubled or stuck.
"""

import argparse
import json
import random
import sys
import time
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from standardwebhooks import Webhook

from bench.stack import loaded
from chaos.clients import Crowd
from chaos.faults import SHIFTS, WEIGHTS, Faults
from chaos.programs import whole_feed
from chaos.stack import NAMES, REPOSITORY, Stack, stack
from config.children import wait_until
from tests.migrated import restore
from tests.receiver import Received, Receiver, receiving

#: How long the end of everything that waits may take: claims of dead workers last two minutes.
_REST: Final = 300.0


def main() -> None:
    """Load, break, heal, compare, print."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument(
        "--seconds", type=float, default=900, help="of breaking; ends it in any case"
    )
    parser.add_argument("--seed", type=int, default=None, help="of all chances but those of time")
    parser.add_argument("--only", default=",".join(WEIGHTS), help="what is hit")
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "build" / "chaos")
    parser.add_argument(
        "--dump", type=Path, help="of a database with all migrations, to begin with: quicker"
    )
    parser.add_argument(
        "--hurry",
        action="store_true",
        help="end with an emptied queue, and as if claims of dead senders had run out",
    )
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(10**6)
    with stack(options.folder.resolve()) as running, receiving() as receiver:
        result = run(running, receiver, options, seed)
    report(result)
    sys.exit(0 if result["lost"] == 0 else 1)


def run(
    running: Stack, receiver: Receiver, options: argparse.Namespace, seed: int
) -> dict[str, Any]:
    """The whole of it; what came of it."""
    began = time.monotonic()
    chance = random.Random(seed)
    if options.dump:
        restore(options.dump, running.servers.database_url)
    known = loaded("chaos.load", receiver.url, settings=running.settings())
    for name in NAMES:
        running.start(name)
    running.wait_until_ready()
    crowd = Crowd(running.folder, running.port, known, seed)
    crowd.begin()
    faults = Faults(running, chance, running.folder / "faults.jsonl", options.only.split(","))
    broke = _break(running, faults, options.faults, options.seconds)
    running.heal()
    if options.hurry:
        running.empty_queue()
    stuck = crowd.end(seconds=120)
    rest = _rest(running, hurried=options.hurry)
    queued = _emptied(running, hurried=options.hurry)
    _write_down(running.folder, crowd, receiver, known["secret"])
    compared = _proof(running, "compare", running.folder)
    wrong = [
        *compared["wrong"],
        *(f"{count} {name}" for name, count in rest["left"].items()),
        *(f"{count} messages left in the queue: {name}" for name, count in queued.items()),
        *crowd.tally.mistakes,
        *([f"{stuck} clients never came to an end"] if stuck else []),
    ]
    return {
        "seed": seed,
        "faults": faults.total,
        "by_kind": dict(sorted(faults.count.items())),
        "seconds": round(broke, 1),
        "ended_by_themselves": running.by_itself,
        "requests": sum(crowd.tally.statuses.values()),
        "statuses": dict(sorted(crowd.tally.statuses.items())),
        "operations": compared["operations"],
        "ended": compared["ended"],
        "changes_followed": len(crowd.follower.seen),
        "messages_received": len(receiver.received),
        "at_rest_after_s": rest["seconds"],
        "whole_s": round(time.monotonic() - began, 1),
        "wrong": wrong,
        "lost": len(wrong),
    }


def _break(running: Stack, faults: Faults, number: int, seconds: float) -> float:
    """So many faults, spread over the time; how long it took."""
    began = time.monotonic()
    end = began + seconds
    pause = seconds / number
    strike_at = began + pause
    while faults.total < number and time.monotonic() < end:
        running.look_after(faults.chance, shifts=SHIFTS)
        if time.monotonic() >= strike_at:
            faults.strike()
            strike_at = time.monotonic() + pause * faults.chance.uniform(0.3, 1.5)
        time.sleep(0.05)
    return time.monotonic() - began


def _proof(running: Stack, *arguments: Any) -> dict[str, Any]:
    return loaded("chaos.proof", *map(str, arguments), settings=running.settings())


def _rest(running: Stack, *, hurried: bool) -> dict[str, Any]:
    return _proof(running, "quiet", _REST, *(["hurry"] if hurried else []))


def _emptied(running: Stack, *, hurried: bool) -> dict[str, int]:
    """What is left in the queues once nothing new is sent: nothing, when all goes well.

    Messages that a killed worker had in hand come back after a minute, and are taken again.
    """
    running.stop("beat")
    wait_until(lambda: not any(running.queued().values()), seconds=150, every=0.5)
    left = {name: count for name, count in running.queued().items() if count}
    running.start("beat")
    return left


def _write_down(folder: Path, crowd: Crowd, receiver: Receiver, secret: str) -> None:
    """The feed, read to its end, and what arrived at the receiver."""
    follower = crowd.follower
    follower.catch_up()
    whole, short = whole_feed(follower, 500), whole_feed(follower, 37)
    told = {"whole": whole, "in_short_pages": short, "followed": follower.seen}
    (folder / "feed.json").write_text(json.dumps(told))
    (folder / "received.json").write_text(
        json.dumps([_received(one, secret) for one in receiver.received])
    )


def _received(one: Received, secret: str) -> dict[str, str]:
    """What arrived, and what is wrong with it. How old it is by now says nothing."""
    sent_at = datetime.fromtimestamp(int(one.headers["webhook-timestamp"]), UTC)
    signature = Webhook(secret).sign(one.message_id, sent_at, one.body.decode())
    said = json.loads(one.body)["data"]["id"]
    wrong = ""
    if signature not in one.headers["webhook-signature"].split(" "):
        wrong = "its signature is of somebody else"
    elif said != one.message_id:
        wrong = f"its body has the id {said}"
    return {"id": one.message_id, "body": sha256(one.body).hexdigest(), "wrong": wrong}


def report(result: dict[str, Any]) -> None:
    """A table for people and the line for programs."""
    print(f"{result['faults']} faults in {result['seconds']:.0f} s, seed {result['seed']}")
    for kind, count in result["by_kind"].items():
        print(f"  {count:5}  {kind}")
    print(f"{result['requests']} requests: {result['statuses']}")
    print(f"{result['operations']} operations")
    for kind, count in result["ended"].items():
        print(f"  {count:5}  {kind}")
    print(
        f"{result['changes_followed']} changes followed, {result['messages_received']} messages "
        f"received; at rest {result['at_rest_after_s']} s after the last fault was mended"
    )
    for line in result["wrong"][:50]:
        print(f"WRONG: {line}")
    print(json.dumps({**result, "wrong": result["wrong"][:20]}))


if __name__ == "__main__":
    main()
