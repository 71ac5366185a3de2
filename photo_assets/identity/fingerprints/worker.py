"""The worker process: reads one content at a time and sends its results in parts.

All parsing of untrusted bytes happens here, so that a crash, a hang or excessive memory use affects
one item. Each part is sent as soon as it is computed, so earlier parts survive a crash. Started by
`worker_process`.

The first message received is the `Setup` with the protocol's version. Messages sent: ready, with
this version; then for each job opened (the file's state), progress, one `part` with its `fields`
(of `identity.fingerprints.record.Fingerprint`) for each part, and done — or unreadable with reason
and detail — or unwritable with a detail, if a thumbnail cannot be written — or exhausted with a
detail, after which the worker ends.
"""

import hashlib
import os
import sys
import time
from contextlib import closing
from typing import cast

from photo_assets.identity.fingerprints import PROTOCOL
from photo_assets.identity.fingerprints.channel import (
    Channel,
    ChannelClosedError,
)
from photo_assets.identity.fingerprints.content_source import FileSource, SentSource, open_file
from photo_assets.identity.fingerprints.image_data import JpegImageData
from photo_assets.identity.fingerprints.inspection import Inspector, limit_memory
from photo_assets.identity.fingerprints.reasons import UnreadableError
from photo_assets.identity.fingerprints.record import DIGEST_RECIPE, IMAGE_DATA_RECIPE, Part
from photo_assets.identity.fingerprints.tasks import Fields, Job, Setup
from photo_assets.thumbnails.tree import UnwritableError

_PROGRESS_S = 1.0


def main() -> int:
    """Serve jobs until the other end closes the pipe."""
    channel = _take_standard_streams()
    message = channel.receive()
    if message.pop("protocol", None) != PROTOCOL:
        raise SystemExit("The run is of another version of photo_assets.")
    setup = Setup(**message)
    inspector = Inspector(setup)
    exhausted = {"type": "exhausted", "detail": _exhausted(setup)}
    limit_memory(setup.max_memory_bytes)
    channel.send({"type": "ready", "protocol": PROTOCOL})
    _silence_stderr()
    try:
        while True:
            job = cast(Job, channel.receive())
            try:
                _serve(channel, inspector, job)
                continue
            except UnreadableError as error:
                reply = {"type": "unreadable", "reason": error.reason, "detail": error.detail}
                channel.send(reply)
                continue
            except UnwritableError as error:
                channel.send({"type": "unwritable", "detail": str(error)})
                continue
            except MemoryError:
                pass  # sent below, when the error no longer references the allocated memory
            # Some of it may never be released; a new process is safer.
            channel.send(exhausted)
            return 1
    except ChannelClosedError:
        return 0


def _exhausted(setup: Setup) -> str:
    limit = f"{setup.max_memory_bytes >> 20:,} MiB, fingerprints.max_memory_mib"
    return f"Decoding needs more memory than is allowed ({limit})."


def _serve(channel: Channel, inspector: Inspector, job: Job) -> None:
    if job["path"] is None:
        with closing(SentSource(channel)) as sent:
            _examine(channel, inspector, job, sent)
        return
    with open_file(job["path"]) as file:
        state = file.state
        opened = [state.size, state.mtime_ns, state.inode, state.ctime_ns]
        channel.send({"type": "opened", "state": opened})
        _examine(channel, inspector, job, file)


def _examine(
    channel: Channel, inspector: Inspector, job: Job, source: FileSource | SentSource
) -> None:
    def send(part: Part, fields: Fields) -> None:
        channel.send({"type": "part", "part": part, "fields": fields})

    parts = set(job["parts"])
    is_jpeg = False
    sha256 = job["sha256"]
    if isinstance(source, SentSource) or parts & {Part.DIGESTS, Part.IMAGE_DATA}:
        keep = bool(parts - {Part.DIGESTS})
        fields, is_jpeg = _digest(channel, source, keep=keep)
        sha256 = fields["sha256"]
        send(Part.DIGESTS, fields)
        if job["shared"]:
            parts &= set(channel.receive()["left"])
    if Part.EXIF in parts:
        send(Part.EXIF, inspector.exif(source, job["name"], job["kind"]))
    if Part.PICTURE in parts:
        assert sha256 is not None
        blob = bytes.fromhex(sha256) if job["draws"] else None
        send(Part.PICTURE, inspector.picture(source, job["kind"], blob))
    if Part.IMAGE_DATA in parts and not is_jpeg:
        send(Part.IMAGE_DATA, inspector.image_data(source))
    channel.send({"type": "done"})


def _digest(
    channel: Channel, source: FileSource | SentSource, *, keep: bool
) -> tuple[Fields, bool]:
    """Read the content once; return the digests, and whether it is a JPEG."""
    sha256 = hashlib.sha256()
    md5 = hashlib.md5(usedforsecurity=False)
    sha1 = hashlib.sha1(usedforsecurity=False)
    size = 0
    jpeg: JpegImageData | None = None
    reported_at = time.monotonic()
    for piece in source.pieces(keep=keep):
        if size == 0 and JpegImageData.accepts(piece):
            jpeg = JpegImageData()
        size += len(piece)
        for digest in (sha256, md5, sha1):
            digest.update(piece)
        if jpeg is not None:
            jpeg.feed(piece)
        if isinstance(source, FileSource) and time.monotonic() - reported_at > _PROGRESS_S:
            channel.send({"type": "progress"})
            reported_at = time.monotonic()
    fields: Fields = {
        "content_size": size,
        "sha256": sha256.hexdigest(),
        "md5": md5.hexdigest(),
        "sha1": sha1.hexdigest(),
        "digest_recipe": DIGEST_RECIPE,
    }
    if jpeg is not None:
        image_data = jpeg.digest()
        fields["image_data_sha256"] = image_data.hex() if image_data else None
        fields["image_data_method"] = "jpeg" if image_data else None
        fields["image_data_recipe"] = IMAGE_DATA_RECIPE
    return fields, jpeg is not None


def _take_standard_streams() -> Channel:
    """Reserve the pipes for the channel, so that no library prints into it."""
    channel = Channel(os.dup(0), os.dup(1))
    with open(os.devnull, "rb") as null:
        os.dup2(null.fileno(), 0)
    os.dup2(2, 1)
    return channel


def _silence_stderr() -> None:
    """Discard the output of decoders; relevant errors are sent as reasons."""
    with open(os.devnull, "wb") as null:
        os.dup2(null.fileno(), 1)
        os.dup2(null.fileno(), 2)


if __name__ == "__main__":
    sys.exit(main())
