"""Seeded draws as a function of (seed, stream, number): the same in any order and any portion."""

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]


def mixed(words: Words) -> Words:
    """Return each 64-bit word scrambled (the finaliser of SplitMix64)."""
    with np.errstate(over="ignore"):
        found = words + np.uint64(0x9E3779B97F4A7C15)
        found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    result: Words = found ^ (found >> np.uint64(31))
    return result


@dataclass(frozen=True, slots=True)
class Draws:
    """What chance says of numbered things. Streams with different names are independent."""

    seed: int

    def words(self, stream: str, numbers: Ints | Words) -> Words:
        """Return 64 random bits for each number."""
        name = hashlib.sha256(f"{self.seed} {stream}".encode()).digest()
        salt = np.uint64(int.from_bytes(name[:8], "little"))
        return mixed(mixed(numbers.astype(np.uint64)) ^ salt)

    def below(self, stream: str, numbers: Ints | Words, limit: int) -> Ints:
        """Return an integer in 0..limit-1 for each number."""
        return (self.words(stream, numbers) % np.uint64(limit)).astype(np.int64)

    def share(self, stream: str, numbers: Ints | Words) -> Floats:
        """Return a number in 0..1 (exclusive) for each number."""
        return (self.words(stream, numbers) >> np.uint64(11)).astype(np.float64) / float(1 << 53)

    def chosen(self, stream: str, numbers: Ints | Words, share: float) -> Bools:
        """Say of each number whether it is among `share` of all."""
        return self.share(stream, numbers) < share

    def octets(self, stream: str, numbers: Ints | Words, width: int) -> Bytes:
        """Return `width` random bytes for each number, as a matrix."""
        parts = [self.words(f"{stream} {k}", numbers) for k in range(-(-width // 8))]
        whole = np.stack(parts, axis=1).astype("<u8").view(np.uint8)
        return np.ascontiguousarray(whole[:, :width])
