"""The options of the properties of all pages, and a digest of those a month's pages use."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from photo_assets.model.disclosure import Disclosure
from photo_assets.sinks.disclosing import Collection
from photo_assets.sinks.notion.fields import TREATMENTS, most_options, owned
from photo_assets.sinks.notion.known_options import standing_options
from photo_assets.sinks.notion.options import Vocabulary, choose, last_level
from photo_assets.sinks.notion.settings import NotionSettings
from photo_assets.sinks.notion.used_names import by_month, used_names


class Vocabularies:
    """The vocabulary of each property in `of`, chosen for the whole collection.

    Raises `StorageError`.
    """

    def __init__(
        self, collection: Collection, settings: NotionSettings, disclosure: Disclosure
    ) -> None:
        used = used_names(collection, settings.policy)
        names = used["name"].combine_chunks().dictionary_encode()
        codes = names.indices.to_numpy()
        times = np.bincount(codes, used["photos"].to_numpy(), len(names.dictionary))
        said = [_said(name, disclosure) for name in names.dictionary.to_pylist()]
        self.of = _choose(collection, settings, said, times.astype(int).tolist())
        options = np.frombuffer(b"".join(map(self._option, said)), "V16")
        numbered = used.select(["partition"]).append_column("code", pa.array(codes))
        self._digests = {
            month: hashlib.sha256(options[part["code"].to_numpy()].tobytes()).hexdigest()
            for month, part in by_month(numbered).items()
        }

    def digest(self, month: str) -> str | None:
        """Return a digest of the options of the names on a month's pages, None without names."""
        return self._digests.get(month)

    def _option(self, said: tuple[str, str | None]) -> bytes:
        """Return 16 bytes that identify the option of a name."""
        field, name = said
        option = self.of[field].option(name) if name is not None and field in self.of else None
        return hashlib.blake2b(orjson.dumps(option), digest_size=16).digest()


def _said(used: str, disclosure: Disclosure) -> tuple[str, str | None]:
    """Return the field of a used name, and its disclosed value: for a keyword, the last level."""
    field, _, text = used.partition(" ")
    name: Any = orjson.loads(text)
    shown = disclosure.show_names(TREATMENTS[field], [name])
    path = shown[0] if shown else ()
    return field, last_level([path] if isinstance(path, str) else path)


def _choose(
    collection: Collection,
    settings: NotionSettings,
    said: Sequence[tuple[str, str | None]],
    times: Sequence[int],
) -> Mapping[str, Vocabulary]:
    names = owned(settings)
    most = {field: count for field, count in most_options(settings).items() if field in names}
    uses: dict[str, Counter[str]] = {field: Counter() for field in most}
    for (field, name), count in zip(said, times, strict=True):
        if name is not None and field in most:
            uses[field][name] += count
    standing = standing_options(collection.joined.lake)
    return {
        field: choose(uses[field], standing.get(field, ()), count) for field, count in most.items()
    }
