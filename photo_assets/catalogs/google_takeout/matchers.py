"""Name rules for finding the JSON of a media file, from strict to loose.

A rule yields possible names of the JSON, as (stem, index) of `naming.json_stem`. `matching` looks
them up, and decides when several match.
"""

import re
from collections.abc import Callable, Iterator

from photo_assets.catalogs.companions import ALL_EDITED, GOOGLE_MADE
from photo_assets.catalogs.google_takeout.naming import (
    JSON_STEM_LIMIT,
    MEDIA_LIMIT,
    SUPPLEMENT,
    MediaName,
    cuts,
    length,
)

Key = tuple[str, str | None]
Rule = Callable[[MediaName], Iterator[Key]]

_SUFFIXES = tuple(f"-{word}" for word in (*ALL_EDITED, *GOOGLE_MADE))
_ANOTHER_WORD = re.compile(r"(?s)(.+)-([^\W\d_][^\d_]{2,24})")


def same_name(media: MediaName) -> Iterator[Key]:
    """Yield the JSON of exports before late 2024.

    DSC_0100.JPG -> DSC_0100.JPG.json; DSC_0101(1).JPG -> DSC_0101.JPG(1).json
    """
    yield media.full, None
    if media.index is not None:
        yield media.base, media.index


def supplemental_name(media: MediaName) -> Iterator[Key]:
    """Yield the JSON of exports since late 2024.

    a.jpg -> a.jpg.supplemental-metadata.json; Scan35(1).jpg ->
    Scan35.jpg.supplemental-metadata(1).json; also a.jpg(1).supplemental-metadata.json
    """
    yield media.full + SUPPLEMENT, None
    if media.index is not None:
        yield media.base + SUPPLEMENT, media.index
        yield f"{media.base}({media.index}){SUPPLEMENT}", None


def shortened_supplement(media: MediaName) -> Iterator[Key]:
    """Yield the JSONs with a truncated ".supplemental-metadata", at the limit or elsewhere.

    Screenshot_20231027_123303_Facebook.jpg -> Screenshot_20231027_123303_Facebook.jpg.supple.json
    Screenshot_20231027_123303_Facebook(1).jpg -> …_Facebook.jpg.supple(1).json
    """
    for name, index in same_name(media):
        for end in range(len(SUPPLEMENT) - 1, 0, -1):
            yield name + SUPPLEMENT[:end], index


def shortened_name(media: MediaName) -> Iterator[Key]:
    """Yield the JSONs whose title itself is truncated at 46 characters.

    05yqt21kruxwwlhhgrwrdyb6chhwszi9bqmzu16w0 2.jpg -> 05yqt21kruxwwlhhgrw….jp.json
    PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGINA.jpg -> …LONG_EXPOSURE-02.ORIGIN.json
    PXL_20230814_201154491.LONG_EXPOSURE-01.COVER.jpg -> …LONG_EXPOSURE-01.COVER..json
    Backyard_ceremony_wedding_photography_xxxxxxx_m(494).jpg -> …photography_xxxxxxx_(494).json
    """
    if length(media.base) > JSON_STEM_LIMIT:
        for limit in (JSON_STEM_LIMIT, JSON_STEM_LIMIT - 1):
            for cut in cuts(media.base, limit):
                yield cut, media.index
    if length(media.stem) >= JSON_STEM_LIMIT - 1:
        # Truncation inside a surrogate pair makes the name one unit shorter.
        yield media.stem[:-1], media.index
        yield media.stem, media.index


def missing_extension(media: MediaName) -> Iterator[Key]:
    """Yield the JSONs of titles without extension; Takeout added one to the media file.

    27_06_12 - 2.jpg -> 27_06_12 - 2.json; 2234.jpg -> 2234.supplemental-metadata.json
    """
    if not media.suffix:
        return
    yield media.stem, media.index
    yield media.stem + SUPPLEMENT, media.index
    for cut in cuts(media.stem + SUPPLEMENT, JSON_STEM_LIMIT):
        yield cut, media.index


def forgotten_index(media: MediaName) -> Iterator[Key]:
    """Yield the JSON of a truncated name whose second file has an index but no JSON.

    original_1d4caa6f-16c6-4c3d-901b-9387de10e528_P(1).jpg ->
    original_1d4caa6f-16c6-4c3d-901b-9387de10e528_.json
    """
    if media.index is None or length(media.base) < MEDIA_LIMIT - 1:
        return
    for cut in cuts(media.base, JSON_STEM_LIMIT):
        yield cut, None


def original_stems(media: MediaName) -> Iterator[tuple[str, bool]]:
    """Yield names of the original of an edited file, without extension; True if certain.

    IMG_1-edited.jpg -> IMG_1; PORTRAIT-modifié.jpg -> PORTRAIT; at the length limit also a
    truncated word: …_wedding_photography_by_ab-edi.jpg -> …_wedding_photography_by_ab
    """
    folded = media.stem.casefold()
    for word in _SUFFIXES:
        if folded.endswith(word) and len(folded) > len(word):
            yield media.stem[: len(media.stem) - len(word)], True
    if length(media.stem) + len(media.suffix) >= MEDIA_LIMIT - 1:
        head, dash, tail = media.stem.rpartition("-")
        cut_word = f"-{tail}".casefold()
        if head and dash and any(word.startswith(cut_word) for word in _SUFFIXES):
            yield head, True
    match = _ANOTHER_WORD.fullmatch(media.stem)
    if match is not None:
        yield match[1], False


def still_stems(media: MediaName) -> Iterator[str]:
    """Yield names of the still of a live photo's video, without extension.

    IMG_1.MOV, IMG_1.MP4 -> IMG_1; PXL_1.MP -> PXL_1.MP (of PXL_1.MP.jpg); PXL_1.MP~2 ->
    PXL_1.MP~2; MVIMG_1 (without extension) -> MVIMG_1
    """
    yield media.stem
    if media.suffix:
        yield media.base
    yield from cuts(media.stem, JSON_STEM_LIMIT)


STRICT: tuple[Rule, ...] = (same_name, supplemental_name, shortened_supplement)
"""Rules whose matches need no further check."""

LOOSE: tuple[Rule, ...] = (shortened_name, missing_extension)
"""Rules whose matches must not contradict the JSON's title, nor use an already matched JSON."""
