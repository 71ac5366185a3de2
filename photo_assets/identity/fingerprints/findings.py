"""What the tries at one content have brought so far, and the fingerprint made of it. No I/O."""

import dataclasses

from photo_assets.identity.fingerprints.messages import Fields, no_picture
from photo_assets.identity.fingerprints.parts import EXIF_RECIPE, IMAGE_DATA_RECIPE, Part
from photo_assets.identity.fingerprints.reasons import Reason, UnreadableError
from photo_assets.identity.fingerprints.tasks import Task
from photo_assets.store.fingerprint_record import ContentKey, Fingerprint, decode_digests


class Findings:
    """The parts of one content, filled in one after the other."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.key = task.key
        self.left = set(task.parts)
        self.size = task.known.content_size if task.known else 0
        self.bytes_read = 0
        self._fields: Fields = {}
        self._began = task.known is not None

    @property
    def sha256(self) -> bytes | None:
        """The digest: of the content before, or once it came in."""
        known = self.task.known
        digest: bytes | None = self._fields.get("sha256", known.sha256 if known else None)
        return digest

    @property
    def next_part(self) -> Part:
        """The part the worker is at."""
        return next((part for part in Part if part in self.left), Part.DIGESTS)

    def take(self, part: Part, fields: Fields) -> None:
        """Add what a worker said of one part."""
        self._fields.update(decode_digests(fields))
        self._began = True
        self.left.discard(part)
        if "image_data_recipe" in fields:  # a JPEG's comes with the digests
            self.left.discard(Part.IMAGE_DATA)
        if part is Part.DIGESTS:
            self.size = int(fields["content_size"])
            self.bytes_read += self.size

    def adopt(self, record: Fingerprint, left: frozenset[Part]) -> None:
        """Take what is known of the same bytes elsewhere; only `left` is still to be worked out."""
        known = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
        self._fields = {**known, **self._fields}
        self.left &= left

    def opened(self, size: int, mtime_ns: int, inode: int) -> None:
        """Note which file the worker opened. Raises where parts of two contents would be mixed."""
        key = ContentKey(self.task.ref.path, self.task.ref.member, size, mtime_ns, inode or None)
        if self._began and self.key is not None and _stat(key) != _stat(self.key):
            detail = "The file changed while it was read; the next run reads it again."
            raise UnreadableError(Reason.CHANGED_WHILE_READING, detail)
        self.key = key
        self.size = size

    def give_up(self, part: Part, reason: Reason, detail: str) -> None:
        """Do without a part that no worker survives."""
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
        """Return what was known with what was found."""
        fields = dict(self._fields)
        if "picture_recipe" in fields:
            fields["picture_conditions"] = picture_conditions
        if "image_data_recipe" in fields:
            fields["image_data_tool"] = image_data_tool
        if self.task.known is None:
            return Fingerprint(**fields)
        return dataclasses.replace(self.task.known, **fields)


def _stat(key: ContentKey) -> tuple[int, int, int]:
    return key.file_size, key.file_mtime_ns, key.inode or 0
