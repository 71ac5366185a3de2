"""Picking items by hand: what `photosync pick` needs of a service that does not list its items.

Reading what was picked is the catalog's business, as for every other service.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Picked:
    """The result: `items` were picked, of them `new` ones for the first time.

    `most`: the service lets a person pick no more at once. `notes`: sentences for people.
    """

    items: int
    new: int
    most: int
    notes: tuple[str, ...] = ()


class Picking(Protocol):
    """One session of picking at the service; it lasts until its items are stored."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What became of an earlier session, for people."""

    @property
    def address(self) -> str | None:
        """The page on which the person picks; None if that is done. It gives access: print only."""

    def collect(self, wait: Callable[[float], None], report: Callable[[int], None]) -> Picked:
        """Wait until the person has picked, then list and store the items, durably.

        `wait` sleeps for seconds, `report` receives the number of items listed so far. Interrupted
        at any time, the session is continued by the next one. Raises `CatalogUnavailableError`,
        with the way out, and `StorageError`.
        """


class Picker(Protocol):
    """Begins or continues a session of one catalog."""

    def session(self) -> AbstractContextManager[Picking]:
        """Open the session for the block; no other process can meanwhile.

        Raises `CatalogUnavailableError`, with the way out, and `StorageError`.
        """
