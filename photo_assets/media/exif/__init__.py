"""Parsers of image and video files: EXIF, the location of IPTC and XMP blocks, container headers.

Streams in, values out.
"""
