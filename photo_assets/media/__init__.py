"""What picture and video files say of themselves: EXIF, IPTC, XMP and the headers of containers.

Bytes in, plain values out. No catalog, disk or database is known here.
"""
