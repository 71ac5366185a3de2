"""Replacing parts of bytes and texts that a test changes on purpose: it fails when nothing changed.

`str.replace` returns what it was given where the old part is not found, and the test then holds for
something that nobody changed. Taking names apart or writing them otherwise does not belong here.
"""

from typing import AnyStr


def replaced(whole: AnyStr, *parts: tuple[AnyStr, AnyStr]) -> AnyStr:
    """Return the whole with every occurrence of each old part replaced by its new one, in order."""
    for old, new in parts:
        assert old in whole, f"{old!r} is not there to be replaced"
        assert old != new, f"{old!r} would be replaced by itself"
        whole = whole.replace(old, new)
    return whole
