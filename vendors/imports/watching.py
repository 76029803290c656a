"""How whoever waits for a long file is told how far it has come."""

from collections.abc import Callable

#: Is told how much is done, and of how much.
Watch = Callable[[int, int], None]


def nobody(done: int, total: int) -> None:
    """Nobody watches."""
