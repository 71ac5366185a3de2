"""Reading metadata of picture and video files: EXIF, IPTC, XMP and the headers of containers.

Bytes in, plain values out. No catalogs, disks or databases.
"""
