"""Reconciling the metadata blocks of one file: which takes precedence for each value.

Metadata Working Group, Guidelines 2.0, section 3 (reading): EXIF first; then XMP, except where
Photoshop's stored digest proves that the IPTC-IIM block changed since XMP was written: then IIM.
The container's own values (a movie's header, a PNG's texts) come last.

Keywords are united, against the guideline, which picks one list: a program that ignores the digest
leaves it stale, and the wrong choice would lose keywords.
"""

import dataclasses
from collections.abc import Sequence

from photo_assets.media.record import MediaRecord, merged
from photo_assets.model.item import Keyword

# Bytes of the longest text of each kind in IIM 4.2, at which old programs truncate texts that XMP
# has in full.
_LONGEST_IN_IIM = {
    "title": 64,
    "headline": 256,
    "caption": 2000,
    "creator": 32,
    "copyright": 128,
    "sublocation": 32,
    "city": 32,
    "state": 32,
    "country": 64,
}
_LONGEST_KEYWORD = 64


def reconcile(
    exif: MediaRecord,
    iptc: MediaRecord | None,
    packets: Sequence[MediaRecord],
    container: MediaRecord,
    *,
    iptc_is_newer: bool = False,
) -> MediaRecord:
    """Return the reconciled metadata of one file.

    `iptc_is_newer`: the stored digest of the IIM block does not match the block.
    """
    if iptc is None:
        return merged([exif, *packets, container])
    iptc = _uncut(iptc, packets)
    middle = [iptc, *packets] if iptc_is_newer else [*packets, iptc]
    return merged([exif, *middle, container])


def _uncut(iptc: MediaRecord, packets: Sequence[MediaRecord]) -> MediaRecord:
    """Return the IIM block with texts truncated at IIM's limits replaced by those of XMP."""
    whole: dict[str, str] = {}
    for name, longest in _LONGEST_IN_IIM.items():
        cut = getattr(iptc, name)
        for packet in packets:
            text = getattr(packet, name)
            if cut and text and _is_cut(cut, text, longest):
                whole[name] = text
    words = {word.path[-1] for packet in packets for word in packet.keywords}
    keywords = tuple(word for word in iptc.keywords if not _is_cut_of_any(word, words))
    return dataclasses.replace(iptc, keywords=keywords, **whole)  # type: ignore[arg-type]


def _is_cut(cut: str, text: str, longest: int) -> bool:
    # Truncation inside a character leaves up to three bytes less, or a replacement character.
    plain = cut.rstrip("\ufffd ")
    return text != cut and text.startswith(plain) and len(plain.encode()) >= longest - 4


def _is_cut_of_any(word: Keyword, words: set[str]) -> bool:
    return len(word.path) == 1 and any(
        _is_cut(word.path[0], text, _LONGEST_KEYWORD) for text in words
    )
