"""Looking up items of online catalogs: in the cache, else which of them are to be downloaded.

Where an original is neither known nor to be downloaded, its preview is looked up likewise.

No download is made here. An original's record is kept although a newer recipe would give more
values: computing them would cost a download, and the same content is downloaded once. A preview's
hashes are of no use beside those of another recipe: it is small, and downloaded again.
"""

from collections.abc import Sequence

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.entries import AWAY, Entry
from photo_assets.identity.fingerprints.options import Remote, Row
from photo_assets.identity.fingerprints.reasons import Reason, UnreadableError, absent
from photo_assets.identity.fingerprints.record import (
    DIGEST_RECIPE,
    PICTURE_RECIPE,
    PREVIEW_PARTS,
    ContentKey,
    Fingerprint,
)
from photo_assets.media.content import RemoteContent, RemoteContentError
from photo_assets.model.vocabulary import Availability


def look_up(cache: FingerprintCache, remote: Remote | None, entries: Sequence[Entry]) -> None:
    """Set the record of each entry without a path, why it has none, or what must be read.

    `remote` None: no content of a service is known.
    """
    found = remote.find([entry.item for entry in entries]) if remote and entries else {}
    for entry in entries:
        content = found.get(entry.identity)
        if content is None:
            entry.failure = UnreadableError(Reason.NO_PATH, "The catalog names no file.")
        else:
            entry.content, entry.key = content, _key_of(content)
    previews = {
        entry.identity: entry.content.preview
        for entry in entries
        if entry.content is not None and entry.content.preview is not None
    }
    keys = {entry.key for entry in entries if entry.key is not None}
    known = cache.get(keys.union(map(_key_of, previews.values())))
    for entry in entries:
        if entry.content is None or entry.key is None:
            continue
        record = known.get(entry.key)
        if record is not None and record.digest_recipe == DIGEST_RECIPE:
            entry.known = record
        elif entry.is_away:
            reason, detail = AWAY[Availability(entry.item["availability"])]
            entry.failure = UnreadableError(reason, detail)
        elif entry.content.withheld is not None:
            entry.failure = absent(RemoteContentError(entry.content.withheld))
        else:
            entry.needs_reading = True
        preview = previews.get(entry.identity)
        if entry.failure is not None and preview is not None:
            _look_up_preview(entry, preview, known.get(_key_of(preview)))


def _look_up_preview(entry: Entry, preview: RemoteContent, record: Fingerprint | None) -> None:
    """Set the record of a preview, or that it must be read; the entry keeps its failure."""
    if record is not None and record.picture_recipe == PICTURE_RECIPE:
        entry.preview = record
    elif not entry.is_away:
        entry.content, entry.key = preview, _key_of(preview)
        entry.parts, entry.needs_reading = PREVIEW_PARTS, True


def is_of_others(last: Row, entry: Entry) -> bool:
    """Return whether an online catalog now has other bytes than the last known.

    It states another version of the content, or a digest of other bytes.
    """
    item = entry.item
    if item["path"] is not None:
        return False
    versions = {last["content_version"], entry.content_version} - {None}
    digests = ("sha256", "md5")
    return len(versions) > 1 or any(
        item[name] and last[name] and item[name] != last[name] for name in digests
    )


def _key_of(content: RemoteContent) -> ContentKey:
    """Return the key in the cache. The place of the modification time has the version's digest."""
    return ContentKey(content.ref.path, None, content.size or 0, content.version_number, None)
