"""Detecting the defaults that darktable writes into the sidecar of every imported picture.

Seen in sidecars of darktable 4.2 (`darktable:xmp_version` 5), and explained in its source code: at
import every picture without a rating gets one star, and `exif:DateTimeOriginal` is the picture's,
with `.000` where that has no fractions, or the file's time where the picture states none.
`auto_presets_applied` means that the program filled the history; while `history_current_hash`
equals `history_basic_hash` (or `history_auto_hash`, with presets of the user) nobody has changed
it. Older versions write no hashes.
"""

from photo_assets.media.xmp import namespaces as ns
from photo_assets.media.xmp.properties import Properties

_LABELS = ("Red", "Yellow", "Green", "Blue", "Purple")
_OF_THE_PROGRAM = ("history_basic_hash", "history_auto_hash")


def is_by_darktable(packet: Properties) -> bool:
    """Return whether darktable wrote the packet."""
    return packet.text(ns.DARKTABLE, "xmp_version") is not None


def is_untouched(packet: Properties) -> bool:
    """Return whether darktable wrote the packet at import and the picture is unchanged since.

    A rating alone leaves no trace: one star with an untouched history counts as the default, even
    where a person gave that star; any other rating is a person's.
    """
    if not is_by_darktable(packet) or packet.text(ns.DARKTABLE, "change_timestamp") not in {
        None,
        "-1",
    }:
        return False
    current = packet.text(ns.DARKTABLE, "history_current_hash")
    if current is not None:
        return current in {packet.text(ns.DARKTABLE, name) for name in _OF_THE_PROGRAM}
    return packet.text(ns.DARKTABLE, "history_end") in {None, "0"}


def color_labels(packet: Properties) -> tuple[str, ...]:
    """Return darktable's color labels, of which a picture may have several, by name."""
    numbers = packet.texts(ns.DARKTABLE, "colorlabels")
    return tuple(_LABELS[int(number)] for number in numbers if number in {"0", "1", "2", "3", "4"})
