"""The words in which long texts differ, so that people see them at once. Pure.

Where texts come from belongs to `question`; how a word is marked, to the terminal and to the page.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final

from photo_assets.questions.question import Question
from photo_assets.questions.texts import is_text
from photo_assets.questions.wording import value_text

Part = tuple[str, bool]
"""A piece of a text, and whether it is not in the text that it is compared with."""

_TOKENS: Final = re.compile(r"\w+|\s+|[^\w\s]")
_FEWEST: Final = 4
"""Below this number of words, a text is read as a whole."""

_MOST: Final = 1_000
"""Above this number of tokens, texts are not compared: the time grows with their product."""

_ALIKE: Final = 0.4
"""The share of equal tokens, 0..1, below which nearly everything would be marked."""


def marked_values(question: Question) -> list[list[Part]]:
    """Return the texts of the distinct values in parts, those that differ from the first marked.

    In the first text, what differs from the second is marked. Other values, and texts that are
    short, very long or hardly alike, are one part without a mark.
    """
    texts = [value_text(question, value) for value, _ in question.different()]
    if not is_text(question) or len(texts) < 2:
        return [[(text, False)] for text in texts]
    first, second, *_ = texts
    return [_marked(first, second), *(_marked(text, first) for text in texts[1:])]


def _marked(text: str, other: str) -> list[Part]:
    tokens, others = _TOKENS.findall(text), _TOKENS.findall(other)
    sizes = len(tokens), len(others)
    if max(sizes) > _MOST or min(_words(tokens), _words(others)) < _FEWEST:
        return [(text, False)]
    matcher = SequenceMatcher(None, others, tokens, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return [(text, False)]
    pieces = [
        ("".join(tokens[begin:end]), kind != "equal")
        for kind, _, _, begin, end in matcher.get_opcodes()
        if begin < end
    ]
    return [*_merged(pieces)]


def _merged(pieces: Sequence[Part]) -> Iterator[Part]:
    """Yield the pieces, neighbors with the same mark as one.

    A space between two marked ones is marked too.
    """
    joined = [
        (text, differs or (text.isspace() and _between(pieces, place)))
        for place, (text, differs) in enumerate(pieces)
    ]
    for differs, some in groupby(joined, key=lambda piece: piece[1]):
        yield "".join(text for text, _ in some), differs


def _between(pieces: Sequence[Part], place: int) -> bool:
    return 0 < place < len(pieces) - 1 and pieces[place - 1][1] and pieces[place + 1][1]


def _words(tokens: Sequence[str]) -> int:
    return sum(not token.isspace() for token in tokens)
