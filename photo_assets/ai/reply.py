"""Checking a model's reply: what does not fit the question exactly is not stored.

A reply is untrusted text: the picture may contain instructions, and the model may follow them.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from photo_assets.ai.prompt import LONGEST_DESCRIPTION, LONGEST_TAG, MOST_TAGS, Prompt
from photo_assets.model.ai_values import AiValues
from photo_assets.model.visible_text import is_visible

_MORE_THAN_TEXT: Final = re.compile(r"(?i)\w+://|\bwww\.|\bmailto:|<\s*[a-z!/]|]\(|data:\w+/")
"""Addresses and markup, which no description of a picture needs."""

_OTHER_SCRIPTS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("ru", "uk", "bg", "be", "mk", "kk", "ky"), frozenset({"CYRILLIC"})),
    **dict.fromkeys(("sr", "mn"), frozenset({"CYRILLIC", "LATIN", "MONGOLIAN"})),
    **dict.fromkeys(("ar", "fa", "ur", "ps", "ug"), frozenset({"ARABIC"})),
    "el": frozenset({"GREEK"}),
    "he": frozenset({"HEBREW"}),
    "hi": frozenset({"DEVANAGARI"}),
    "mr": frozenset({"DEVANAGARI"}),
    "bn": frozenset({"BENGALI"}),
    "ta": frozenset({"TAMIL"}),
    "th": frozenset({"THAI"}),
    "ka": frozenset({"GEORGIAN"}),
    "hy": frozenset({"ARMENIAN"}),
    "ko": frozenset({"HANGUL", "CJK"}),
    "ja": frozenset({"CJK", "HIRAGANA", "KATAKANA"}),
    "zh": frozenset({"CJK"}),
}
"""The scripts of languages that are not written in Latin letters. All others count as Latin."""


class InvalidReplyError(Exception):
    """The reply does not answer the question. The message is a stable code, no part of it."""


class _Reply(BaseModel):
    """The shape of a reply. Additional keys are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    language: str
    description: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_DESCRIPTION)
    ]
    tags: Annotated[
        list[
            Annotated[
                str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TAG)
            ]
        ],
        Field(max_length=MOST_TAGS),
    ]
    photo_category: str | None = None
    sport_type: str | None = None
    emotion: str | None = None
    quality_score: Annotated[float, Field(ge=0, le=10)] | None = None
    confidence: Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reply states. `confidence` is the model's own, 0 to 1."""

    values: AiValues
    confidence: float


def read_reply(text: str, prompt: Prompt) -> Answer:
    """Return the values of a reply. Raises `InvalidReplyError`."""
    try:
        reply = _Reply.model_validate_json(text)
    except ValidationError as error:
        broken = any(one["type"] == "json_invalid" for one in error.errors())
        raise InvalidReplyError("not_json" if broken else "not_in_schema") from None
    if reply.language != prompt.language:
        raise InvalidReplyError("wrong_language")
    for name in ("photo_category", "sport_type", "emotion"):
        word = getattr(reply, name)
        if word is not None and word not in prompt.choices.get(name, ()):
            raise InvalidReplyError("not_in_vocabulary")
    texts = [reply.description, *reply.tags]
    if any(not is_visible(char) for text in texts for char in text):
        raise InvalidReplyError("control_characters")
    if any(map(_MORE_THAN_TEXT.search, texts)):
        raise InvalidReplyError("address_or_markup")
    if not _is_written_in(reply.description, prompt.language):
        raise InvalidReplyError("wrong_language")
    return Answer(_values(reply), reply.confidence)


def _values(reply: _Reply) -> AiValues:
    tags = dict.fromkeys(unicodedata.normalize("NFC", tag) for tag in reply.tags)
    return AiValues.of(
        {
            **reply.model_dump(),
            "description": unicodedata.normalize("NFC", reply.description),
            "tags": tuple(tags),
        }
    )


def _is_written_in(text: str, language: str) -> bool:
    """Return whether most letters are of the language's script: models fall back to their own."""
    scripts: list[Any] = [
        unicodedata.name(char, "").split(" ")[0].split("-")[0] for char in text if char.isalpha()
    ]
    expected = _OTHER_SCRIPTS.get(language, frozenset({"LATIN"}))
    fitting = sum(one in expected or one in {"MODIFIER", "FULLWIDTH"} for one in scripts)
    return 2 * fitting >= len(scripts)
