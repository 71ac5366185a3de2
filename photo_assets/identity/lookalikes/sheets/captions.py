"""Captions of the sheets and their page, safe for any file name."""

from photo_assets.identity.lookalikes.sheets.subjects import Group, Subject
from photo_assets.model.wording import counted

_RELATIONS = {
    "raw_jpeg_pair": "RAW + JPEG",
    "live_video_of": "live pair",
    "edit_of": "edit",
    "derived_from": "rendition",
    "stacked_under": "stacked",
    "virtual_copy_of": "virtual copy",
    "duplicate_of": "duplicate entry",
}


def visible(text: str) -> str:
    r"""Return text with all invisible characters escaped.

    Bytes of a name that are not UTF-8 (`model.names`) are private characters and escaped as well.
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def title(group: Group) -> str:
    """Return the heading of a group's sheet."""
    if group.kind == "crowd":
        return f"{group.photo_count:,} photos alike; their pairs are not listed"
    others = group.photo_count - 1
    look = counted(others, "photo looks", "photos look")
    return f"{look} like {visible(group.subjects[0].file_name) or 'this one'}"


def role_text(subject: Subject, group: Group) -> str:
    """Return the relation of a photo to the center of its group."""
    if group.kind == "crowd":
        return "in the crowd"
    if subject is group.subjects[0]:
        return "the centre"
    words = ["same hash" if subject.distance == 0 else f"distance {subject.distance}"]
    if subject.turn != "none":
        words.append(subject.turn.replace("_", " "))
    if subject.relation is not None:
        words.append(_RELATIONS.get(subject.relation, subject.relation))
    return ", ".join(words)


def size_text(subject: Subject) -> str:
    """Return the size of a picture in pixels and bytes, where known."""
    words = []
    if subject.width and subject.height:
        words.append(f"{subject.width} x {subject.height}")
    if subject.file_size is not None:
        words.append(_bytes(subject.file_size))
    return ", ".join(words) or "size unknown"


def time_text(subject: Subject) -> str:
    """Return the capture time of a picture."""
    if subject.captured is None:
        return "no capture time"
    return f"{subject.captured:%Y-%m-%d %H:%M:%S}"


def _bytes(count: int) -> str:
    size = float(count)
    for unit in ("B", "KB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
