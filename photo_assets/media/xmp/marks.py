"""Stars, flags and colours, as each program writes them."""

import re

from photo_assets.media.xmp import namespaces as ns
from photo_assets.media.xmp.darktable import color_labels, is_untouched
from photo_assets.media.xmp.properties import Properties

# Windows writes percent; the five values are those its star bar produces.
_PERCENT_STARS = {"1": 1.0, "25": 2.0, "50": 3.0, "75": 4.0, "99": 5.0}
_DIGITS = re.compile(r"\d{1,5}", re.ASCII)
_COLOR_CLASSES = (
    None,
    "Winner",
    "Winner alt",
    "Superior",
    "Superior alt",
    "Typical",
    "Typical alt",
    "Extras",
    "Trash",
)
_YES = frozenset({"true", "1", "yes"})


def rating(packet: Properties) -> float | None:
    """Return stars, -1 to 5; 0 is "no stars" from XMP, and nothing from programs' own fields.

    darktable's one star of every import is not a statement (`darktable`).
    """
    text = packet.text(ns.XMP, "Rating")
    if text is not None:
        stars = _stars(text)
        return None if stars == 1 and is_untouched(packet) else stars
    percent = packet.text(ns.MICROSOFT, "Rating") or packet.text(ns.MICROSOFT_OLD, "Rating")
    of_acdsee = _stars(packet.text(ns.ACDSEE, "rating") or "")
    return _PERCENT_STARS.get(percent or "") or of_acdsee or _stars(_prefs(packet)[2]) or None


def pick(packet: Properties) -> int | None:
    """Return Lightroom's flag (`xmpDM:pick`), digiKam's, or the tag of ACDSee and Photo Mechanic.

    digiKam's `PickLabel` 1 is rejected, 3 accepted. Tagging is how the other two say "this one";
    not tagged says nothing there.
    """
    flag = packet.text(ns.XMP_DM, "pick")
    if flag in {"-1", "0", "1"}:
        return int(flag)
    label = {"1": -1, "3": 1}.get(packet.text(ns.DIGIKAM, "PickLabel") or "")
    return label or (1 if tagged(packet) else None)


def tagged(packet: Properties) -> bool | None:
    """Return whether ACDSee or Photo Mechanic tagged the picture."""
    texts = (packet.text(ns.ACDSEE, "tagged"), packet.text(ns.PHOTO_MECHANIC, "Tagged"))
    stated = [text.lower() in _YES for text in texts if text]
    if not stated and _prefs(packet)[0]:
        stated = [_prefs(packet)[0] == "1"]
    return any(stated) if stated else None


def color_class(packet: Properties) -> int | None:
    """Return Photo Mechanic's colour class, 1 to 8; 0 is none."""
    text = packet.text(ns.PHOTO_MECHANIC, "ColorClass") or _prefs(packet)[1]
    return int(text) if text in {"1", "2", "3", "4", "5", "6", "7", "8"} else None


def label(packet: Properties) -> str | None:
    """Return the label in words, else darktable's colours, else the name of a colour class.

    The names are Photo Mechanic's own; in its settings they can be others, and then they are words
    in `xmp:Label`, too.
    """
    stated = packet.text(ns.XMP, "Label") or ", ".join(color_labels(packet)) or None
    return stated or _COLOR_CLASSES[color_class(packet) or 0]


def _stars(text: str) -> float | None:
    try:
        value = float(text) if len(text) < 40 else -2.0
    except ValueError:
        return None
    return value if value == -1 or 0 <= value <= 5 else None


def _prefs(packet: Properties) -> tuple[str, str, str]:
    """Return tag, colour class and stars of Photo Mechanic's summary.

    `Tagged:1, ColorClass:2, Rating:3, FrameNum:4`, in older versions `1:2:3:4`.
    """
    numbers = _DIGITS.findall((packet.text(ns.PHOTO_MECHANIC, "Prefs") or "")[:200])
    tag, color, stars, *_ = [*numbers[:3], "", "", ""]
    return tag, color, stars
