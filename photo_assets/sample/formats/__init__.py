"""Writers of the sample's files: EXIF, XMP, JPEG segments, DNG, MOV. They return bytes.

Only the features that the sample needs; files are read in `media` and `catalogs`.
"""
