"""The results of all attempts at one content so far, and their fingerprint. No I/O."""

import dataclasses

from photo_assets.identity.fingerprints.parts import EXIF_RECIPE, IMAGE_DATA_RECIPE, Part
from photo_assets.identity.fingerprints.reasons import Reason, UnreadableError
from photo_assets.identity.fingerprints.record import ContentKey, Fingerprint, decode_digests
from photo_assets.identity.fingerprints.tasks import Fields, Task, key_of, no_picture
from photo_assets.system.file_state import FileState


class Findings:
    """The parts of one content, filled in sequence."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.key = task.key
        self.left = set(task.parts)
        self.size = task.known.content_size if task.known else 0
        self.bytes_read = 0
        self._fields: Fields = {}
        self._began = task.known is not None and not task.doubted

    @property
    def sha256(self) -> bytes | None:
        """The digest, once it was received or if it is not in doubt."""
        known = self.task.known
        settled = None if known is None or self.task.doubted else known.sha256
        digest: bytes | None = self._fields.get("sha256", settled)
        return digest

    @property
    def next_part(self) -> Part:
        """The part the worker is computing."""
        return next((part for part in Part if part in self.left), Part.DIGESTS)

    def take(self, part: Part, fields: Fields) -> None:
        """Add a worker's result for one part."""
        self._fields.update(decode_digests(fields))
        self._began = True
        self.left.discard(part)
        if "image_data_recipe" in fields:  # a JPEG's comes with the digests
            self.left.discard(Part.IMAGE_DATA)
        if part is Part.DIGESTS:
            self.size = int(fields["content_size"])
            self.bytes_read += self.size

    def adopt(self, record: Fingerprint, left: frozenset[Part]) -> None:
        """Adopt the known values of the same bytes; only `left` remains to be computed."""
        known = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
        self._fields = {**known, **self._fields}
        self.left &= left

    def opened(self, state: FileState) -> None:
        """Record which file the worker opened. Raises if parts of two contents would be mixed."""
        key = key_of(self.task.ref, state)
        if self._began and self.key is not None and not _same_state(key, self.key):
            detail = "The file changed while it was read; the next run reads it again."
            raise UnreadableError(Reason.CHANGED_WHILE_READING, detail)
        self.key = key
        self.size = state.size

    def give_up(self, part: Part, reason: Reason, detail: str) -> None:
        """Give up a part that kills every worker."""
        self.left.discard(part)
        match part:
            case Part.EXIF:
                self._fields.update(exif=None, exif_recipe=EXIF_RECIPE)
            case Part.PICTURE:
                self._fields.update(no_picture(reason, detail))
            case Part.IMAGE_DATA:
                self._fields.update(
                    image_data_sha256=None,
                    image_data_method=None,
                    image_data_recipe=IMAGE_DATA_RECIPE,
                )
            case Part.DIGESTS:
                raise UnreadableError(reason, detail)

    def fingerprint(self, picture_conditions: str, image_data_tool: str | None) -> Fingerprint:
        """Return the known values of these bytes combined with the new ones."""
        fields = {**self._fields, **self._read_at()}
        if "picture_recipe" in fields:
            fields["picture_conditions"] = picture_conditions
        if "image_data_recipe" in fields:
            fields["image_data_tool"] = image_data_tool
        if self._is_known:
            assert self.task.known is not None
            return dataclasses.replace(self.task.known, **fields)
        return Fingerprint(**fields)

    @property
    def _is_known(self) -> bool:
        """Whether the bytes are the known ones."""
        return self.task.known is not None and self.task.known.sha256 == self.sha256

    def _read_at(self) -> Fields:
        """Return the change time of the read file, and how often it changed without new bytes."""
        known, ctime_ns = self.task.known, self.key.ctime_ns if self.key else None
        if known is None or not self._is_known:
            return {"ctime_ns": ctime_ns, "rereads": 0}
        if not self.task.doubted:
            return {"ctime_ns": known.ctime_ns, "rereads": known.rereads}
        idle = known.ctime_ns is not None and known.ctime_ns != ctime_ns
        return {"ctime_ns": ctime_ns, "rereads": known.rereads + idle}


def _same_state(one: ContentKey, other: ContentKey) -> bool:
    """Return whether two keys of one content have the same state; unknown values match any."""
    if None not in (one.ctime_ns, other.ctime_ns) and one.ctime_ns != other.ctime_ns:
        return False
    return (one.file_size, one.file_mtime_ns, one.inode or 0) == (
        other.file_size,
        other.file_mtime_ns,
        other.inode or 0,
    )
