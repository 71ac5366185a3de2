"""Tags: their spelling, machine tags, and the digests that machine tags state.

A listing has tags in Flickr's normalized form: lower case, without spaces and punctuation. One more
call lists all spellings in use in the account. Where one tag is spelled in several ways, no call
but one per photo says which photo has which: then the longest spelling is used, as the one with
spaces and capitals.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from photo_assets.catalogs.flickr.values import single, text
from photo_assets.model.item import Keyword

_MACHINE = re.compile(r"[a-z][a-z0-9_]*:[a-z][a-z0-9_]*=.+", re.IGNORECASE | re.DOTALL)
_DIGEST = re.compile(r"checksum:(md5|sha1)=([0-9a-f]+)", re.IGNORECASE)
_DIGITS: Final = {"md5": 32, "sha1": 40}


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of one photo. `unsure`: normalized tags with several spellings in the account."""

    keywords: tuple[Keyword, ...]
    machine: tuple[str, ...]
    unsure: tuple[str, ...]


def tags_of(normalized: str | None, spellings: Mapping[str, Mapping[str, Any]]) -> Tags:
    """Return the tags of a listing's text, by the table of spellings. Machine tags are apart."""
    words: dict[str, None] = {}
    machine: dict[str, None] = {}
    unsure = []
    for clean in dict.fromkeys((normalized or "").split()):
        known = spellings.get(clean, {}).get("raw", [])
        (machine if _MACHINE.fullmatch(clean) else words)[spelling(clean, known)] = None
        if len(known) > 1:
            unsure.append(clean)
    return Tags(tuple(Keyword(path=(word,)) for word in words), tuple(machine), tuple(unsure))


def spelling(clean: str, known: Iterable[str]) -> str:
    """Return the spelling of a tag; of several the longest, then the first by code points."""
    return min(known, key=lambda raw: (-len(raw), raw), default=clean)


def spellings_of(tag: Any) -> dict[str, Any]:
    """Return the record of one tag of `tags.getListUserRaw`."""
    raw = tag.get("raw") or []
    found = [text(one) for one in (raw if isinstance(raw, list) else [raw])]
    return {"id": str(single(tag["clean"])), "raw": sorted(one for one in found if one)}


def digests_of(machine: Iterable[str]) -> dict[str, Any]:
    """Return the digests that machine tags (`checksum:sha1=…`) state, by column.

    Programs that upload set these tags; they mean the bytes of the uploaded file. Nobody checks
    them: a person may copy them to another photo, or replace the photo and keep them. A text of the
    wrong length is none, and two different ones cancel out.
    """
    stated: dict[str, set[str]] = {}
    for tag in machine:
        match = _DIGEST.fullmatch(tag)
        if match and len(match[2]) == _DIGITS[match[1].lower()]:
            stated.setdefault(match[1].lower(), set()).add(match[2].lower())
    return {
        name: bytes.fromhex(next(iter(values)))
        for name, values in stated.items()
        if len(values) == 1
    }
