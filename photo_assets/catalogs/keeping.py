"""Originals of catalogs with `fetch: keep`: whoever downloads one copies it to the vault as well.

Which contents are downloaded is decided in `catalogs.fetching`; what a store does is in `vault`.
"""

import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from photo_assets.catalogs import fetching
from photo_assets.catalogs.fetching import ItemKey, RemoteContents
from photo_assets.catalogs.registry import spec_of
from photo_assets.media.content import RemoteContent
from photo_assets.vault.incoming import Incoming
from photo_assets.workspace import Workspace


class KeptContents(RemoteContents):
    """The contents of all online catalogs, for fingerprints: one download serves the vault too."""

    def __init__(self, workspace: Workspace, only_online: Collection[ItemKey] = ()) -> None:
        super().__init__(workspace, only_online)
        self._kept = frozenset(self.kept_catalogs())
        self._incoming = Incoming(workspace.stores if self._kept else ())

    @contextmanager
    def fetched(
        self, content: RemoteContent, stopped: threading.Event
    ) -> Iterator[tuple[Path, int]]:
        """Yield the file of a content as `RemoteContents` does, after it is in the stores."""
        with super().fetched(content, stopped) as (path, transferred):
            if (content.source, content.catalog) in self._kept and not content.is_preview:
                self._incoming.store(path)
            yield path, transferred


def kept_catalogs(workspace: Workspace) -> Mapping[tuple[str, str], bool]:
    """Return the catalogs with `fetch: keep`, and whether their SHA-1 is that of the bytes."""
    return {
        (source, name): spec_of(source).traits.states_sha1
        for source, name in fetching.kept_catalogs(workspace)
    }
