"""Writers of the sample's files: EXIF, XMP, JPEG segments, DNG, MOV. Bytes out; nothing is stored.

Only what the sample needs; reading files is the business of `store` and `catalogs`.
"""
