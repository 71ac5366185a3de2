"""Converting an IPTC-IIM block to a `MediaRecord`."""

from photo_assets.media.iptc.record import IptcRecord
from photo_assets.media.record import CaptureTime, MediaRecord, Moment
from photo_assets.model.item import Keyword
from photo_assets.model.plausible import stated_text
from photo_assets.model.wall_time import WallTime


def iptc_record(block: IptcRecord) -> MediaRecord:
    """Return the values of a block.

    A country code of three letters is kept as stated. The digital creation date is that of the
    file, the date created that of the content of the picture.
    """
    times = (
        (block.created, "iptc:DateCreated", Moment.SHUTTER),
        (block.digitized, "iptc:DigitalCreationDate", Moment.DIGITAL),
    )
    return MediaRecord(
        captures=tuple(_time(*time) for time in times if time[0] is not None),
        title=stated_text(block.title),
        headline=block.headline,
        caption=stated_text(block.caption),
        keywords=tuple(Keyword(path=(word,)) for word in block.keywords),
        sublocation=block.sublocation,
        city=block.city,
        state=block.state,
        country=block.country,
        country_code=block.country_code,
        creator="; ".join(block.creators) or None,
        copyright=block.copyright,
        problems=tuple(f"IPTC: {problem}" for problem in block.problems),
    )


def _time(stated: WallTime | None, source: str, moment: Moment) -> CaptureTime:
    assert stated is not None
    return CaptureTime(
        time=stated.time,
        source=source,
        offset_min=stated.offset_min,
        precision=stated.precision,
        moment=moment,
    )
