"""Inspecting a seekable content in a worker: EXIF, perceptual hashes, image data, within limits.

Each method returns fields of `identity.fingerprints.record.Fingerprint`. Runs in workers only,
which set the limits on themselves; `worker_process` watches from outside.
"""

import math
import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from photo_assets.identity.fingerprints.animation import is_animation
from photo_assets.identity.fingerprints.content_source import FileSource, SentSource
from photo_assets.identity.fingerprints.drawing import draw, encode, to_hash
from photo_assets.identity.fingerprints.exiftool import hash_image_data
from photo_assets.identity.fingerprints.perceptual import hash_gray
from photo_assets.identity.fingerprints.pictures import Decoder, Need, Picture
from photo_assets.identity.fingerprints.raw_decoder import ChainDecoder
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError
from photo_assets.identity.fingerprints.record import (
    EXIF_RECIPE,
    IMAGE_DATA_RECIPE,
    PICTURE_RECIPE,
    THUMBNAIL_RECIPE,
)
from photo_assets.identity.fingerprints.tasks import (
    Fields,
    Setup,
    image_data_seconds,
    no_picture,
)
from photo_assets.media.read import ExifError, read_facts
from photo_assets.model.canonical import canonical_json
from photo_assets.model.vocabulary import MediaKind
from photo_assets.thumbnails.tree import ThumbnailSize, ThumbnailTree

Source = FileSource | SentSource

_CPU_GRACE_S = 5


class Inspector:
    """The libraries, loaded once."""

    def __init__(self, setup: Setup, decoder: Decoder | None = None) -> None:
        self._setup = setup
        self._decoder = decoder or ChainDecoder()
        self._tree = ThumbnailTree(Path(setup.thumbnails)) if setup.thumbnails else None

    def exif(self, source: Source, name: str, kind: str) -> Fields:
        """Return the fields from the headers, none if they cannot be parsed.

        Nothing else of a video is decoded: its parse error is also the reason it cannot be shown.
        """
        found: str | None = None
        fault: Fields = {}
        stream = source.stream()
        if stream is not None:
            try:
                with _cpu_seconds(self._setup.max_seconds):
                    found = canonical_json(read_facts(stream, name)).decode()
            except ExifError as error:
                if kind == MediaKind.VIDEO:
                    detail = str(error.__cause__ or error)
                    fault = {"picture_reason": Reason.NO_HEADER, "picture_detail": detail}
            except OSError:
                pass
        return {"exif": found, "exif_recipe": EXIF_RECIPE, **fault}

    def picture(self, source: Source, kind: str, sha256: bytes | None) -> Fields:
        """Return the hashes of the upright picture, or the reason for none.

        Its thumbnails are drawn under the name `sha256`; None: not drawn. Raises `UnwritableError`.
        """
        try:
            with _cpu_seconds(self._setup.max_seconds):
                need = Need.HASHES if self._tree is None or sha256 is None else Need.THUMBNAILS
                return self._seen(self._decoded(source, MediaKind(kind), need), sha256)
        except UndecodableError as error:
            return no_picture(error.reason, error.detail)

    def _seen(self, picture: Picture, sha256: bytes | None) -> Fields:
        thumbnails: Fields = {}
        if self._tree is None or sha256 is None:
            hashes = hash_gray(to_hash(picture, {}))
        else:
            drawing = draw(picture)
            hashes = hash_gray(drawing.gray)
            encoded = {size: encode(drawing.sizes[size]) for size in ThumbnailSize}
            self._tree.write(sha256, encoded)
            thumbnails = {f"{size}_bytes": len(content) for size, content in encoded.items()}
            thumbnails["thumbnail_recipe"] = THUMBNAIL_RECIPE
        width, height = picture.upright_size
        return {
            "phash": hashes.phash,
            "dhash": hashes.dhash,
            "flat": hashes.flat,
            "indexed": picture.indexed,
            "decoder": picture.decoder,
            "width": width,
            "height": height,
            "picture_reason": None if picture.damage is None else Reason.DAMAGED,
            "picture_detail": picture.damage,
            "picture_recipe": PICTURE_RECIPE,
            **thumbnails,
        }

    def _decoded(self, source: Source, kind: MediaKind, need: Need) -> Picture:
        stream = source.stream()
        if stream is None:
            detail = "The archive entry is too large to be decoded."
            raise UndecodableError(Reason.TOO_LARGE, detail)
        stream.seek(0)  # the position of a large file's stream is where the last reader left it
        if not stream.read(1):
            raise UndecodableError(Reason.EMPTY, "The file is empty.")
        return self._decoder.decode(stream, kind, self._setup.max_pixels, need)

    def image_data(self, source: Source) -> Fields:
        """Return exiftool's hash of the image data, none without exiftool.

        None for animations either: for some, exiftool hashes only the still picture.
        """
        digest = self._exiftool(source)
        return {
            "image_data_sha256": digest.hex() if digest else None,
            "image_data_method": "exiftool" if digest else None,
            "image_data_recipe": IMAGE_DATA_RECIPE,
        }

    def _exiftool(self, source: Source) -> bytes | None:
        stream = source.stream()
        if self._setup.exiftool is None or stream is None:
            return None
        try:
            if is_animation(stream):
                return None
            with source.descriptor() as descriptor:
                if descriptor is None:
                    return None
                seconds = image_data_seconds(self._setup.max_seconds, os.fstat(descriptor).st_size)
                return hash_image_data(Path(self._setup.exiftool), descriptor, seconds)
        except (OSError, subprocess.SubprocessError):
            return None


def limit_memory(max_memory_bytes: int) -> None:
    """Allow the process `max_memory_bytes` of additional address space; disable core dumps.

    If the current size is unknown (no /proc), memory is not limited.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return
    total = pages * resource.getpagesize() + max_memory_bytes
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or total <= hard:
        resource.setrlimit(resource.RLIMIT_AS, (total, total))


@contextmanager
def _cpu_seconds(limit: float) -> Iterator[None]:
    """End the process if the block uses more than `limit` seconds of processor time.

    The run monitors elapsed time; this is for a worker whose run is gone.
    """
    usage = resource.getrusage(resource.RUSAGE_SELF)
    allowed = math.ceil(usage.ru_utime + usage.ru_stime + limit) + _CPU_GRACE_S
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard != resource.RLIM_INFINITY:
        allowed = min(allowed, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
