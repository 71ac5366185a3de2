"""Conventions by which one file belongs to another: edited versions, the video of a live photo.

Data for every reader. Names are a hint: two files are related by them only where nothing they state
contradicts.

Sources: public exports of Google Photos (English, French, German, Italian, Dutch, Polish, Japanese,
Spanish and Catalan confirmed; the other words are those of its interface), Apple's `IMG_E1234`,
osxphotos (`_edited`), icloudpd (`-adjusted`), Lightroom (`-Edit`), Snapseed (`-01`), Google Photos
on phones (`~2`), and the files inside a macOS Photos library.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from photo_assets.model.vocabulary import LinkKind

LONGEST_LIVE_VIDEO_S = 15.0
"""A longer clip with a still's name is a video shot beside it, not the moving part of it."""

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
"""What Google Photos calls pictures it made of others by itself."""

ALL_EDITED: tuple[str, ...] = tuple(
    sorted({word for words in EDITED_WORDS.values() for word in words}, key=lambda w: (-len(w), w))
)
"""All the words, longest first."""

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
    """What an edited or smaller version's original would be called, without extension."""

    kind: LinkKind
    stem: str


def originals(stem: str) -> Iterator[Original]:
    """Yield what the name of a version says of its original, the surest reading first.

    `IMG_E1234` -> `IMG_1234`; `IMG_4179_edited`, `IMG_4179 (edited)`, `IMG_1-bearbeitet` -> the
    name without the word; `IMG_1-medium` and `-thumb` are smaller versions.
    """
    unedited = without_apple_edit(stem)
    if unedited != stem:
        yield Original(LinkKind.EDIT_OF, unedited)
    plain = unicodedata.normalize("NFC", stem)
    folded = plain.casefold()
    if len(folded) != len(plain):  # a letter whose lower case is longer: nothing to cut by
        folded = plain.lower() if len(plain.lower()) == len(plain) else plain
    for kind, pattern in _PATTERNS:
        match = pattern.fullmatch(folded)
        if match is not None:
            yield Original(kind, plain[: match.end("base")])


def without_apple_edit(stem: str) -> str:
    """Return `IMG_1234` for Apple's edit `IMG_E1234` and for its adjustments `IMG_O1234`."""
    match = _APPLE_EDIT.fullmatch(stem)
    return match["head"] + match["number"] if match else stem
