"""Metadata embedded in image files: EXIF and where the XMP packet lies. Streams in, values out."""
