"""Values made of stored tables, kept in memory while the tables have the same digests.

What is made, and of which tables, is decided by the caller.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class DigestCache(Generic[_Value]):
    """At most `limit_bytes` of values, the least recently used leave first.

    `measure` returns the size of a value in bytes.
    """

    def __init__(self, limit_bytes: int, measure: Callable[[_Value], int]) -> None:
        self._limit = limit_bytes
        self._measure = measure
        self._kept: OrderedDict[Hashable, tuple[Hashable, _Value]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, digest: Hashable, make: Callable[[], _Value]) -> _Value:
        """Return the value of `key` that was made of tables with `digest`; make it if needed.

        One value is made at a time: a page asks for many pictures of one month at once.
        """
        with self._lock:
            found = self._kept.get(key)
            if found is not None and found[0] == digest:
                self._kept.move_to_end(key)
                return found[1]
            value = make()
            if found is not None:
                self._forget(key)
            self._kept[key] = (digest, value)
            self._bytes += self._measure(value)
            while self._bytes > self._limit and len(self._kept) > 1:
                self._forget(next(iter(self._kept)))
            return value

    def _forget(self, key: Hashable) -> None:
        _, value = self._kept.pop(key)
        self._bytes -= self._measure(value)
