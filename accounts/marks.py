"""What a view, or a method of one, says about itself to whatever stands around it."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
V = TypeVar("V")


@dataclass(frozen=True)
class Mark(Generic[T]):
    """A value that is put on views. Decorators that wrap as they should carry it along."""

    name: str

    def put(self, view: V, value: T) -> V:
        """The same view, with the value on it."""
        setattr(view, self.name, value)
        return view

    def of(self, view: object) -> T | None:
        """What is on the view; None where nothing is."""
        found: T | None = getattr(view, self.name, None)
        return found
