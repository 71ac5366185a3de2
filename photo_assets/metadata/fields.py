"""The facts in a unified row: the columns of each fact, and how two statements are compared.

A fact is stated, compared and decided as a whole: latitude without longitude is not a place.
`provenance.field` and `conflicts.field` contain the names used here.
"""

from dataclasses import dataclass
from enum import StrEnum

from photo_assets.model.tables import UNIFIED_FIELDS


class Comparison(StrEnum):
    """When two statements of a fact agree."""

    EXACT = "exact"
    TEXT = "text"  # in NFC, ignoring line ends and outer white space
    NAME = "name"  # as TEXT, ignoring case and runs of white space
    LABEL = "label"  # as NAME, with known translations of color names
    MAKE = "make"  # as NAME, ignoring legal forms of the maker's company
    DEVICE = "device"  # as NAME, ignoring all white space and a leading maker's name
    RATIO = "ratio"  # within a share of the value, or one is the other rounded
    PLACE = "place"  # within a distance, allowing for rounding
    CAPTURE = "capture"  # see `capture.agree`


class ExifRole(StrEnum):
    """The weight of the file's own EXIF."""

    NONE = "none"  # EXIF has no such fact
    STATES = "states"  # counts as another statement
    FILLS = "fills"  # cameras write defaults here: used only where no catalog states a value


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. `columns` are its columns in statements and in unified rows alike."""

    name: str
    columns: tuple[str, ...]
    comparison: Comparison
    exif: ExifRole = ExifRole.NONE
    title: str = ""
    private: bool = False  # the value is not quoted in sentences and logs
    decimals: int = 0  # minimum number of digits after the decimal point
    in_trash_too: bool = False  # statements of trashed items count like any other

    @property
    def words(self) -> str:
        """The readable name of the fact."""
        return self.title or self.name.replace("_", " ").capitalize()


_C = Comparison
_STATES, _FILLS = ExifRole.STATES, ExifRole.FILLS

CAPTURE_COLUMNS = ("capture_time", "capture_offset_min", "capture_kind", "capture_precision")

FACTS: tuple[Fact, ...] = (
    Fact("capture_time", CAPTURE_COLUMNS, _C.CAPTURE, _STATES),
    Fact("rating", ("rating",), _C.EXACT, _FILLS),
    Fact("pick", ("pick",), _C.EXACT, title="Pick flag"),
    Fact("favourite", ("favourite",), _C.EXACT),
    Fact("label", ("label",), _C.LABEL, title="Colour label"),
    Fact("title", ("title",), _C.TEXT, private=True),
    Fact("caption", ("caption",), _C.TEXT, _FILLS, private=True),
    Fact("gps", ("gps_latitude", "gps_longitude"), _C.PLACE, _STATES, "Place", private=True),
    Fact("sublocation", ("sublocation",), _C.NAME, private=True),
    Fact("city", ("city",), _C.NAME, private=True),
    Fact("state", ("state",), _C.NAME, private=True),
    Fact("country", ("country",), _C.NAME, private=True),
    Fact("country_code", ("country_code",), _C.NAME, private=True),
    Fact("creator", ("creator",), _C.TEXT, _FILLS, private=True),
    Fact("copyright", ("copyright",), _C.TEXT, _FILLS, private=True),
    Fact("camera_make", ("camera_make",), _C.MAKE, _STATES),
    Fact("camera_model", ("camera_model",), _C.DEVICE, _STATES),
    Fact("lens", ("lens",), _C.DEVICE, _STATES),
    Fact("aperture", ("aperture",), _C.RATIO, _STATES, decimals=1),
    Fact("exposure_time_s", ("exposure_time_s",), _C.RATIO, _STATES, "Exposure time", decimals=1),
    Fact("iso", ("iso",), _C.RATIO, _STATES, "ISO"),
    Fact("focal_length_mm", ("focal_length_mm",), _C.RATIO, _STATES, "Focal length"),
    Fact("visibility", ("visibility",), _C.EXACT, in_trash_too=True),
    Fact("archived", ("archived",), _C.EXACT),
)
"""Facts with a single value, in the order of their provenance entries."""

SET_NAMES: tuple[str, ...] = ("keywords", "people", "albums")
"""Facts whose values are merged as a union."""

FILE_FACTS: dict[str, tuple[str, ...]] = {
    "file": ("file_name", "media_kind", "media_type"),
    "dimensions": ("width", "height"),
}
"""Facts about the master's file. Other files of the photo may differ without contradicting it."""

AI = "ai"
"""The approved values of an AI model: a column of their own, and the name of their source."""

AI_APPROVED = "ai_approval"
"""The column that says who approved the values in `AI`."""

PROVENANCE_NAMES: tuple[str, ...] = (*(fact.name for fact in FACTS), *SET_NAMES, *FILE_FACTS, AI)
"""Every name that `provenance.field` may hold, in order."""

FACT_BY_NAME: dict[str, Fact] = {fact.name: fact for fact in FACTS}

_BY_COLUMN: dict[str, str] = {
    **{column: fact.name for fact in FACTS for column in fact.columns},
    **{name: name for name in SET_NAMES},
    **{column: name for name, columns in FILE_FACTS.items() for column in columns},
    AI: AI,
}


def provenance_field(column: str) -> str | None:
    """Return the provenance name of a unified column; None for counted or derived columns."""
    return _BY_COLUMN.get(column)


COLUMN_TYPES = {column.name: column.type for column in UNIFIED_FIELDS}
"""Arrow types of the unified columns."""
