"""Conventions by which one file belongs to another: edited versions, the video of a live photo.

Data for every reader. A name is a hint: it relates two files only where no value in the files
contradicts the relation.

Sources: public exports of Google Photos (English, French, German, Italian, Dutch, Polish, Japanese,
Spanish and Catalan confirmed; the words of other languages come from its interface), Apple's
`IMG_E1234`, osxphotos (`_edited`), icloudpd (`-adjusted`), Lightroom (`-Edit`), Snapseed (`-01`),
Google Photos on phones (`~2`), and the files inside a macOS Photos library.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from photo_assets.model.vocabulary import LinkKind

LONGEST_LIVE_VIDEO_S = 15.0
"""A longer video with the name of a still is a separate video, not part of a live photo."""

EDITED_WORDS: dict[str, tuple[str, ...]] = {
    "en": ("edited", "edit", "adjusted"),
    "de": ("bearbeitet",),
    "fr": ("modifié",),
    "it": ("modificato",),
    "es": ("editado", "editada", "ha editado"),
    "pt": ("editado", "editada"),
    "ca": ("editat", "editada"),
    "nl": ("bewerkt",),
    "pl": ("edytowane",),
    "cs": ("upraveno",),
    "sk": ("upravené",),
    "da": ("redigeret",),
    "sv": ("redigerad",),
    "no": ("redigert",),
    "fi": ("muokattu",),
    "hu": ("szerkesztett",),
    "ro": ("editat", "editată"),
    "tr": ("düzenlendi",),
    "el": ("επεξεργασία",),
    "ru": ("отредактировано", "измененный"),
    "uk": ("відредаговано",),
    "bg": ("редактирано",),
    "ja": ("編集済み",),
    "ko": ("편집됨", "수정됨"),
    "zh": ("编辑", "已修改", "已編輯", "編輯"),
    "vi": ("đã chỉnh sửa",),
    "id": ("diedit",),
    "th": ("แก้ไข",),
    "he": ("נערך",),
    "ar": ("تم التعديل",),
}
GOOGLE_MADE = ("effects", "smile", "mix", "collage", "animation")
"""Names of pictures that Google Photos creates automatically from others."""

ALL_EDITED: tuple[str, ...] = tuple(
    sorted({word for words in EDITED_WORDS.values() for word in words}, key=lambda w: (-len(w), w))
)
"""All words for "edited", longest first."""

_WORD = "|".join(re.escape(word.casefold()) for word in ALL_EDITED)
_PATTERNS: tuple[tuple[LinkKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.DOTALL))
    for kind, pattern in (
        (
            LinkKind.EDIT_OF,
            rf"(?P<base>.+?)\s*(?:[-_. ]\s?(?:{_WORD})|\((?:{_WORD})\))(?:-\d{{1,2}})?",
        ),
        (LinkKind.EDIT_OF, r"(?P<base>.+)_1_201_[a-z]"),  # macOS Photos: UUID_1_201_a.jpeg
        (LinkKind.DERIVED_FROM, r"(?P<base>.+)_(?:1_10\d|4_5005)_[a-z]"),
        (LinkKind.DERIVED_FROM, r"(?P<base>.+)-(?:medium|thumb)"),  # icloudpd
        (LinkKind.EDIT_OF, r"(?P<base>.*(?:[^\d-]\d{3,}|\d{6,}))-0\d"),  # Snapseed
        (LinkKind.EDIT_OF, r"(?P<base>.+\d)~\d"),  # Google Photos
    )
)
_APPLE_EDIT = re.compile(r"(?P<head>IMG_)[EO](?P<number>\d{4,5}.*)", re.DOTALL | re.ASCII)


@dataclass(frozen=True, slots=True)
class Original:
    """A possible name of the original of an edited or smaller version, without extension."""

    kind: LinkKind
    stem: str


def originals(stem: str) -> Iterator[Original]:
    """Yield the possible names of the original of a version, the most certain first.

    `IMG_E1234` -> `IMG_1234`; `IMG_4179_edited`, `IMG_4179 (edited)`, `IMG_1-bearbeitet` -> the
    name without the word; `IMG_1-medium` and `-thumb` are smaller versions.
    """
    unedited = without_apple_edit(stem)
    if unedited != stem:
        yield Original(LinkKind.EDIT_OF, unedited)
    plain = unicodedata.normalize("NFC", stem)
    folded = plain.casefold()
    if len(folded) != len(plain):  # lowercasing changed the length, so offsets do not match
        folded = plain.lower() if len(plain.lower()) == len(plain) else plain
    for kind, pattern in _PATTERNS:
        match = pattern.fullmatch(folded)
        if match is not None:
            yield Original(kind, plain[: match.end("base")])


def without_apple_edit(stem: str) -> str:
    """Return `IMG_1234` for Apple's edit `IMG_E1234` and for its adjustments `IMG_O1234`."""
    match = _APPLE_EDIT.fullmatch(stem)
    return match["head"] + match["number"] if match else stem
