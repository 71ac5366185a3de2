"""The fields of an IPTC-IIM block, as plain values with the project's conventions."""

from dataclasses import dataclass

from photo_assets.model.wall_time import WallTime


@dataclass(frozen=True, slots=True, kw_only=True)
class IptcRecord:
    """The fields of one block; None or empty where not stated. The numbers are those of IIM 4.2.

    Most texts have a limit of bytes in IIM (64 for a title or keyword, 32 for a city), at which
    writers truncate them: where XMP has a longer text with the same beginning, XMP is complete.
    """

    title: str | None = None  # 2:05 object name
    headline: str | None = None  # 2:105
    caption: str | None = None  # 2:120 caption/abstract
    caption_writer: str | None = None  # 2:122
    keywords: tuple[str, ...] = ()  # 2:25, each once
    category: str | None = None  # 2:15, up to three letters of the wire services
    supplemental_categories: tuple[str, ...] = ()  # 2:20
    creators: tuple[str, ...] = ()  # 2:80 by-line
    creator_titles: tuple[str, ...] = ()  # 2:85 by-line title: the profession
    credit: str | None = None  # 2:110
    source: str | None = None  # 2:115
    copyright: str | None = None  # 2:116
    instructions: str | None = None  # 2:40 special instructions
    city: str | None = None  # 2:90
    sublocation: str | None = None  # 2:92
    state: str | None = None  # 2:95 province/state
    country: str | None = None  # 2:101
    country_code: str | None = None  # 2:100, three letters
    created: WallTime | None = None  # 2:55 and 2:60: when the picture was taken
    digitized: WallTime | None = None  # 2:62 and 2:63
    digest_matches: bool | None = None  # of the stored digest; None without one
    problems: tuple[str, ...] = ()  # parts that could not be read
