"""Sending the bytes of one blob to a bucket, at once or in parts, and copying within the bucket.

What is hashed is what is sent: a file that changes meanwhile never becomes an object.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from typing import BinaryIO, Final

from photo_assets.model.errors import StorageError
from photo_assets.vault.s3.bucket import Bucket, body
from photo_assets.vault.s3.faults import AbsentError, ExistsError
from photo_assets.vault.store import ContentChangedError

_MOST_PARTS: Final = 10_000
_COPIED_AT_ONCE: Final = 5 << 30  # the limit for one request, of S3 and of B2
_COPIED_PART: Final = 1 << 30


class MultipartUpload:
    """An object that is being sent in parts. It is an object once `complete` returns True."""

    def __init__(self, bucket: Bucket, key: str) -> None:
        self._bucket = bucket
        self._key = key
        reply = bucket.call("create_multipart_upload", Key=bucket.at(key))
        self._id = str(reply["UploadId"])
        self._place = {"Key": bucket.at(key), "UploadId": self._id}
        self._tags: list[str] = []
        self.completed = False

    def send(self, part: bytes) -> None:
        """Send the next part. Raises `StorageError`."""
        if len(self._tags) == _MOST_PARTS:
            raise StorageError(
                f"The file has more than {_MOST_PARTS:,} parts of {len(part) >> 20} MiB, the most "
                "that S3 takes."
            )
        reply = self._bucket.call("upload_part", **self._place, **self._next, **body(part))
        self._tags.append(str(reply["ETag"]))

    def copy(self, key: str, start: int, end: int) -> None:
        """Let the server take the bytes from `start` to before `end` of an object as next part."""
        reply = self._bucket.call(
            "upload_part_copy",
            **self._place,
            **self._next,
            CopySource={"Bucket": self._bucket.settings.bucket, "Key": self._bucket.at(key)},
            CopySourceRange=f"bytes={start}-{end - 1}",
        )
        self._tags.append(str(reply["CopyPartResult"]["ETag"]))

    def complete(self, *, only_new: bool) -> bool:
        """Make the parts an object. `only_new`: return False if there is one.

        False also if the upload is not there: an earlier try, whose reply was lost, completed it.
        """
        if not self._bucket.may_write(self._key, only_new=only_new):
            return False
        parts = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(self._tags, 1)]
        condition = self._bucket.condition(only_new=only_new)
        with suppress(ExistsError, AbsentError):
            self._bucket.call(
                "complete_multipart_upload",
                **self._place,
                **condition,
                MultipartUpload={"Parts": parts},
            )
            self.completed = True
        return self.completed

    def abort(self) -> None:
        """End the upload, as far as the service can be reached; `S3Store.sweep` ends the others."""
        with suppress(StorageError):
            self._bucket.abort(self._key, self._id)

    @property
    def _next(self) -> dict[str, int]:
        return {"PartNumber": len(self._tags) + 1}


@contextmanager
def _uploading(bucket: Bucket, key: str) -> Iterator[MultipartUpload]:
    """Begin an upload; abort it at the end, unless it was completed."""
    upload = MultipartUpload(bucket, key)
    try:
        yield upload
    finally:
        if not upload.completed:
            upload.abort()


def send(
    bucket: Bucket, key: str, sha256: bytes, content: BinaryIO, *, only_new: bool, part_bytes: int
) -> bool:
    """Send `content` if its SHA-256 is `sha256`. Return False if the object is there already.

    `only_new`: an existing object is not replaced. At most three parts are in memory. Raises
    `ContentChangedError`, `StorageError`, and the errors of `content`; then nothing is there that
    was not there before.
    """
    parts = _parts(content, part_bytes)
    first = next(parts)
    second = next(parts, None)
    if second is None:
        _require(hashlib.sha256(first), sha256)
        return bucket.put(key, first, only_new=only_new)
    with _uploading(bucket, key) as upload:
        digest = hashlib.sha256()
        for part in chain((first, second), parts):
            digest.update(part)
            upload.send(part)
        _require(digest, sha256)
        return upload.complete(only_new=only_new)


def copy(bucket: Bucket, key: str, target: str, size: int) -> None:
    """Copy an object of `size` bytes within the bucket, without receiving it."""
    if size <= _COPIED_AT_ONCE:
        source = {"Bucket": bucket.settings.bucket, "Key": bucket.at(key)}
        bucket.call("copy_object", Key=bucket.at(target), CopySource=source)
        return
    with _uploading(bucket, target) as upload:
        for start in range(0, size, _COPIED_PART):
            upload.copy(key, start, min(start + _COPIED_PART, size))
        upload.complete(only_new=False)


def _parts(content: BinaryIO, size: int) -> Iterator[bytes]:
    """Yield the content in parts of `size` bytes, the last one shorter; one part if it is empty."""
    part = _filled(content, size)
    yield part
    while len(part) == size and (part := _filled(content, size)):
        yield part


def _filled(content: BinaryIO, size: int) -> bytes:
    """Return the next `size` bytes, fewer only at the end: a read may return less."""
    found = list[bytes]()
    while size and (piece := content.read(size)):
        found.append(piece)
        size -= len(piece)
    return b"".join(found)


def _require(digest: "hashlib._Hash", sha256: bytes) -> None:
    if digest.digest() != sha256:
        raise ContentChangedError("The file changed since it was fingerprinted.")
