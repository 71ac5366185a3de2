"""The tables and columns that are read. Caches, counters and interface state are not.

Each list is reduced to the columns of the catalog's version: Lightroom 3 lacks coordinates, faces
and folder stacks, Lightroom 5 the accessibility texts and cloud ids.
"""

IMAGE = (
    "id_global",
    "bitDepth",
    "captureTime",
    "colorLabels",
    "colorMode",
    "copyCreationTime",
    "copyName",
    "copyReason",
    "developSettingsIDCache",
    "fileFormat",
    "fileHeight",
    "fileWidth",
    "masterImage",
    "orientation",
    "originalCaptureTime",
    "pick",
    "rating",
    "rootFile",
    "stackParent",
    "stackPosition",
    "touchTime",
)
FILE = (
    "id_global",
    "baseName",
    "errorMessage",
    "extension",
    "externalModTime",
    "folder",
    "importHash",
    "md5",
    "modTime",
    "originalFilename",
    "sidecarExtensions",
)
EXIF = (
    "aperture",
    "cameraModelRef",
    "cameraSNRef",
    "dateDay",
    "dateMonth",
    "dateYear",
    "flashFired",
    "focalLength",
    "gpsLatitude",
    "gpsLongitude",
    "hasGPS",
    "isoSpeedRating",
    "lensRef",
    "shutterSpeed",
)
PLACES = (
    "cityRef",
    "copyrightState",
    "countryRef",
    "creatorRef",
    "isoCountryCodeRef",
    "jobIdentifierRef",
    "locationDataOrigination",
    "locationRef",
    "stateRef",
)
CAPTION = ("altTextAccessibility", "caption", "copyright", "extDescrAccessibility")
METADATA = ("id_local", "externalXmpIsDirty", "isRawFile", "monochrome")
DEVELOP = (
    "hasDevelopAdjustments",
    "hasDevelopAdjustmentsEx",
    "processVersion",
    "text",
    "whiteBalance",
)
VIDEO = ("duration",)
CLOUD = ("ozAssetId", "ozCatalogId")
CORNERS = ("tl_x", "tl_y", "tr_x", "tr_y", "bl_x", "bl_y", "br_x", "br_y")

INTERNED = {
    "cameraModelRef": "AgInternedExifCameraModel",
    "cameraSNRef": "AgInternedExifCameraSN",
    "lensRef": "AgInternedExifLens",
    "cityRef": "AgInternedIptcCity",
    "countryRef": "AgInternedIptcCountry",
    "creatorRef": "AgInternedIptcCreator",
    "isoCountryCodeRef": "AgInternedIptcIsoCountryCode",
    "jobIdentifierRef": "AgInternedIptcJobIdentifier",
    "locationRef": "AgInternedIptcLocation",
    "stateRef": "AgInternedIptcState",
}
"""Columns with an id -> the table with the `value` of that id."""
