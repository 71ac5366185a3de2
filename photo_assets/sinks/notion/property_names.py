"""The names of the properties of the Notion database, chosen by the user."""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from photo_assets.configuration.catalogs import Settings

PropertyName = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class NotionProperties(Settings):
    """Names of the properties that photo_assets writes. No other properties are written."""

    title: PropertyName = Field(
        default="Title", description="The photo's title, or the file name if it has none."
    )
    rating: PropertyName = Field(default="Rating", description="Stars (number).")
    keywords: PropertyName = Field(
        default="Tags", description="Keywords, each by its last level (multi-select)."
    )
    more_keywords: PropertyName = Field(
        default="More tags",
        description="Keywords that do not fit there, and the full paths of hierarchical "
        "keywords (text).",
    )
    gps: PropertyName = Field(
        default="GPS Location", description="Coordinates, if they are sent (text)."
    )
    people: PropertyName = Field(
        default="People", description="People, if they are sent (multi-select)."
    )
    more_people: PropertyName = Field(
        default="More people", description="People that do not fit there (text)."
    )
    camera: PropertyName = Field(default="Camera Model", description="Camera model (select).")
    lens: PropertyName = Field(default="Lens", description="Lens (select).")
    more_equipment: PropertyName = Field(
        default="More equipment", description="Cameras and lenses that do not fit there (text)."
    )
    aperture: PropertyName = Field(default="Aperture", description="F-number (number).")
    iso: PropertyName = Field(default="ISO", description="Sensitivity (number).")
    shutter: PropertyName = Field(default="Shutter Speed", description="Exposure time (text).")
    collections: PropertyName = Field(default="Collections", description="Albums (multi-select).")
    more_collections: PropertyName = Field(
        default="More collections", description="Albums that do not fit there (text)."
    )
    lightroom_id: PropertyName = Field(
        default="Lightroom ID", description="The item in Lightroom (text)."
    )
    eagle_id: PropertyName = Field(default="Eagle ID", description="The item in Eagle (text).")
    drive_id: PropertyName = Field(
        default="Google Drive ID", description="The item in Google Drive (text)."
    )
    fingerprint: PropertyName = Field(
        default="Fingerprint", description="SHA-256 of the master (text)."
    )
    master_location: PropertyName = Field(
        default="Master Location", description="Location of the master (text)."
    )
    photo_id: PropertyName = Field(
        default="Photo UUID", description="The photo's UUID, which identifies its page (text)."
    )
    uii: PropertyName = Field(default="UII", description="The photo's short name (text).")
    captured: PropertyName = Field(
        default="Captured",
        description="Capture date (date): an exact time if it is known, otherwise the day, or "
        "all days of the known month or year.",
    )
    capture_time: PropertyName = Field(
        default="Capture Time", description="The capture time, as precise as it is known (text)."
    )
    caption: PropertyName = Field(default="Caption", description="Caption (text).")
    file_name: PropertyName = Field(
        default="File Name", description="Name of the master's file (text)."
    )
    availability: PropertyName = Field(
        default="Availability",
        description="Whether the files are available, and whether the photo is retired (select).",
    )
    merged_into: PropertyName = Field(
        default="Merged Into",
        description="UUID of the photo that this photo was merged into (text).",
    )

    @model_validator(mode="after")
    def _distinct(self) -> "NotionProperties":
        names: dict[str, str] = {}
        for field in type(self).model_fields:
            name = getattr(self, field)
            if name in names:
                raise ValueError(f"{names[name]} and {field} have the same name, {name!r}")
            names[name] = field
        return self
