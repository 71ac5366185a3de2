"""EXIF records in the spool: the values of `ExifRecord` as JSON, and back."""

import dataclasses
import io
from datetime import datetime

import orjson

from photo_assets.catalogs.google_takeout.spool import Slot, Spool
from photo_assets.model.item import canonical_json
from photo_assets.model.vocabulary import Precision
from photo_assets.store.exif.read import read_exif
from photo_assets.store.exif.record import ExifRecord
from photo_assets.store.exif.window import ExifError


def exif_of(head: io.RawIOBase, name: str) -> ExifRecord:
    """Return what the header says; an empty record when it is no header that can be parsed.

    Errors of the archive itself pass through.
    """
    try:
        return read_exif(io.BufferedReader(head), name)
    except ExifError:
        return ExifRecord()


def put_exif(spool: Spool, head: io.RawIOBase, name: str) -> Slot:
    """Read the header and keep what it says."""
    said = dataclasses.asdict(exif_of(head, name))
    return spool.put(canonical_json({key: v for key, v in said.items() if v is not None}))


def get_exif(spool: Spool, slot: Slot) -> ExifRecord:
    """Return the record kept at `slot`."""
    said = orjson.loads(spool.get(slot))
    if "capture_time" in said:
        moment = datetime.fromisoformat(said["capture_time"])
        said["capture_time"] = moment.replace(tzinfo=None)
    if "capture_precision" in said:
        said["capture_precision"] = Precision(said["capture_precision"])
    return ExifRecord(**said)
