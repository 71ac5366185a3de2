"""The sentences that describe conflicts: counts and names; never places or private texts."""

from collections.abc import Mapping, Sequence
from typing import Any

from photo_assets.metadata.conflict import Stated
from photo_assets.metadata.fields import Comparison, Fact
from photo_assets.model.wording import counted

_MOST_NAMED = 3
_LONGEST = 60


def mismatch(name: str, fact: Fact, values: Sequence[Stated]) -> str:
    """Return the sentence for statements that contradict each other, or were withdrawn."""
    silent = [stated for stated in values if stated.value is None]
    if silent:
        text = f"{_names(silent)} no longer has the value that it had"
    elif fact.comparison is Comparison.PLACE:
        distinct = {str(stated.value) for stated in values}
        text = f"{len(distinct)} different places according to {_names(values)}"
    elif fact.private:
        distinct = {str(stated.value) for stated in values}
        text = f"{len(distinct)} different texts in {_names(values)}"
    else:
        text = _listed([f"{_name(stated)} says {_shown(fact, stated.value)}" for stated in values])
    return f"{name}: {fact.words}: {text}."


def duplicate(name: str, counts: Sequence[tuple[str, int]], item_count: int) -> str:
    """Return the sentence for a picture listed several times; `counts` by catalog."""
    text = _listed([f"{catalog} lists it {counted(count, 'time')}" for catalog, count in counts])
    return f"{name}: {text}; all {item_count} entries are kept."


def missing_master(name: str, master: str, replacement: str | None) -> str:
    """Return the sentence for a master whose file is gone."""
    found = f"{replacement} has it" if replacement else "no other item has it"
    return f"{name}: The master's file, in {master}, is missing; {found}."


def orphaned(name: str, missing: int, trashed: int) -> str:
    """Return the sentence for a photo without any remaining file."""
    parts = [f"{missing} missing"] * (missing > 0) + [f"{trashed} in the trash"] * (trashed > 0)
    return f"{name}: None of its files is left: {' and '.join(parts)}. Nothing is deleted."


def undecodable(name: str, files: Sequence[Mapping[str, Any]]) -> str:
    """Return the sentence for undecodable files: their catalogs, and the first one's reason."""
    where = _listed([f"{file['source']}/{file['catalog']}" for file in files])
    what = "its file" if len(files) == 1 else f"{len(files)} of its files"
    why = short(files[0]["detail"] or files[0]["reason"]).rstrip(".")
    return f"{name}: {what} in {where} cannot be decoded: {why}."


def short(text: str) -> str:
    """Return external text on one line, shortened."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _name(stated: Stated) -> str:
    if stated.source == "exif":
        return f"the file's EXIF ({stated.catalog})"
    return f"{stated.source}/{stated.catalog}"


def _names(values: Sequence[Stated]) -> str:
    return _listed(list(dict.fromkeys(_name(stated) for stated in values)))


def _listed(parts: list[str]) -> str:
    parts = list(dict.fromkeys(parts))
    more = len(parts) - _MOST_NAMED
    if more > 0:
        parts = [*parts[:_MOST_NAMED], f"{more} more"]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _shown(fact: Fact, value: Any) -> str:
    match fact.comparison:
        case Comparison.CAPTURE:
            return time_text(value)
        case Comparison.RATIO:
            return f"{value:g}"
        case _ if isinstance(value, bool):
            return "yes" if value else "no"
        case _:
            return short(str(value))


def time_text(value: Mapping[str, Any]) -> str:
    """Return a capture time as people write it, as precise as it is known."""
    text: str = value["time"].replace("T", " ")
    precision = value["precision"]
    text = text[: {"year": 4, "month": 7, "day": 10, "minute": 16}.get(precision, len(text))]
    if value["kind"] == "utc":
        return f"{text} UTC"
    offset = value["offset_min"]
    if offset is None:
        return text
    sign = "-" if offset < 0 else "+"
    return f"{text} {sign}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
