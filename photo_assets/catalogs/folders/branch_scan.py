"""A walk that skips folders with an unchanged listing, and the probe of the whole tree."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping

from photo_assets.catalogs.folders.folder import Folder
from photo_assets.catalogs.protocol import Branch, Probe
from photo_assets.model.events import Failed, ScanEvent
from photo_assets.model.wording import counted


class Tally:
    """Totals over the folders of one walk, for the probe."""

    def __init__(self) -> None:
        self._state = hashlib.blake2b(digest_size=16)
        self._photos = self._bytes = self._events = 0

    def add(self, folder: Folder) -> None:
        """Add the next folder of the walk."""
        listing = folder.listing
        if isinstance(folder.barred, Failed):
            self._state.update(repr(folder.barred).encode())
        if listing.files or listing.refused:
            self._state.update(f"{folder.path}\0".encode())
            self._state.update(listing.digest)
        self._photos += len(listing.files) - listing.sidecars
        self._bytes += listing.size
        aside = len(listing.aside) + len(listing.refused) + (folder.barred is not None)
        self._events += len(listing.files) + aside

    def probe(self) -> Probe:
        """Return the probe of these folders."""
        photos = counted(self._photos, "photo or video", "photos and videos")
        summary = f"{photos}, {self._bytes / 1e9:,.1f} GB"
        return Probe(self._state.hexdigest(), summary, self._events)

    def unfinished(self) -> Probe:
        """Return the probe of a walk that ran out of time."""
        photos = counted(self._photos, "photo or video", "photos and videos")
        return Probe(None, f"more than {photos}; the count was stopped")


class FoldersBranchScan:
    """One pass over all folders of a tree."""

    def __init__(
        self,
        folders: Iterable[Folder],
        states: Mapping[str, bytes],
        events: Callable[[Folder], Iterable[ScanEvent]],
    ) -> None:
        self._folders = folders
        self._states = states
        self._events = events
        self._tally = Tally()

    def __iter__(self) -> Iterator[Branch]:
        """Yield every folder, parents first, names in byte order."""
        for folder in self._folders:
            self._tally.add(folder)
            branch = Branch(folder.path, folder.state, None)
            if branch.state is None or self._states.get(folder.path) != branch.state:
                branch.events = self._counted(folder, branch)
            yield branch

    def _counted(self, folder: Folder, branch: Branch) -> Iterator[ScanEvent]:
        yield from self._events(folder)
        if folder.is_partly_read:
            branch.state = None

    def probe(self) -> Probe:
        """Return the probe of this walk."""
        return self._tally.probe()
