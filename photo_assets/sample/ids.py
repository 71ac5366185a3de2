"""Random-looking ids derived from the seed."""

import hashlib
import uuid

_BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Ids:
    """Creates ids; the same seed and words give the same id."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def uuid(self, *words: object) -> str:
        """Return an uppercase UUID, as in Lightroom and Apple files."""
        return str(uuid.UUID(bytes=self._digest(words)[:16], version=4)).upper()

    def eagle(self, *words: object) -> str:
        """Return 13 characters like Eagle's ids."""
        number = int.from_bytes(self._digest(words)[:10], "big")
        digits = []
        for _ in range(12):
            number, digit = divmod(number, 36)
            digits.append(_BASE36[digit])
        return "L" + "".join(digits)

    def _digest(self, words: tuple[object, ...]) -> bytes:
        return hashlib.sha256(repr((self._seed, *words)).encode()).digest()
