"""Inspecting a seekable content in a worker: EXIF, perceptual hashes, image data.

Each method returns fields of `identity.fingerprints.record.Fingerprint`. Runs in workers only.
"""

import os
import subprocess
from pathlib import Path

from photo_assets.identity.fingerprints.animation import is_animation
from photo_assets.identity.fingerprints.content_source import FileSource, SentSource
from photo_assets.identity.fingerprints.drawing import draw, encode, to_hash
from photo_assets.identity.fingerprints.exiftool import hash_image_data
from photo_assets.identity.fingerprints.parts import (
    EXIF_RECIPE,
    IMAGE_DATA_RECIPE,
    PICTURE_RECIPE,
    THUMBNAIL_RECIPE,
)
from photo_assets.identity.fingerprints.perceptual import hash_gray
from photo_assets.identity.fingerprints.pictures import Decoder, Need, Picture
from photo_assets.identity.fingerprints.process_limits import cpu_seconds
from photo_assets.identity.fingerprints.raw_decoder import ChainDecoder
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError
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
from photo_assets.thumbnails.writing import write_thumbnails

Source = FileSource | SentSource


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
                with cpu_seconds(self._setup.max_seconds):
                    found = canonical_json(read_facts(stream, name)).decode()
            except ExifError as error:
                if kind == MediaKind.VIDEO:
                    detail = str(error.__cause__ or error)
                    fault = {"picture_reason": Reason.NO_HEADER, "picture_detail": detail}
            except OSError:
                pass
        return {"exif": found, "exif_recipe": EXIF_RECIPE, **fault}

    def picture(self, source: Source, kind: str, sha256: bytes) -> Fields:
        """Return the hashes of the upright picture, or the reason for none; draw its thumbnails.

        Raises `UnwritableError`.
        """
        try:
            with cpu_seconds(self._setup.max_seconds):
                return self._seen(self._decoded(source, MediaKind(kind)), sha256)
        except UndecodableError as error:
            return no_picture(error.reason, error.detail)

    def _seen(self, picture: Picture, sha256: bytes) -> Fields:
        thumbnails: Fields = {}
        if self._tree is None:
            hashes = hash_gray(to_hash(picture, {}))
        else:
            drawing = draw(picture)
            hashes = hash_gray(drawing.gray)
            encoded = {size: encode(drawing.sizes[size]) for size in ThumbnailSize}
            sizes = write_thumbnails(encoded, self._tree, sha256)
            thumbnails = {f"{size}_bytes": sizes[size] for size in ThumbnailSize}
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

    def _decoded(self, source: Source, kind: MediaKind) -> Picture:
        stream = source.stream()
        if stream is None:
            detail = "The archive entry is larger than what is kept for decoding."
            raise UndecodableError(Reason.TOO_LARGE, detail)
        stream.seek(0)  # the position of a large file's stream is where the last reader left it
        if not stream.read(1):
            raise UndecodableError(Reason.EMPTY, "The file has no bytes.")
        need = Need.HASHES if self._tree is None else Need.THUMBNAILS
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
