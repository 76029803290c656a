"""What no text keeps, whichever door it came in by: orders to write in another direction.

Embeddings, overrides and isolates (Unicode UAX 9) can show a name or what stands around it back to
front, so that "gpj.exe" reads "exe.jpg". Scripts that run from the right need none of them, and the
marks that those do need (U+200E, U+200F, U+061C) stay.
"""

from typing import Any, Final

_ORDERS: Final = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def straight(text: str) -> str:
    """The text without them."""
    return text if text.isascii() else text.translate(_ORDERS)


def straightened(value: Any) -> Any:
    """The same for every text in a value of JSON."""
    if isinstance(value, str):
        return straight(value)
    if isinstance(value, dict):
        return {straight(name): straightened(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [straightened(inner) for inner in value]
    return value
