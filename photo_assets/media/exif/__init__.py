"""Image and video files taken apart: EXIF, and where IPTC, XMP and a container's own facts lie.

Streams in, values out.
"""
