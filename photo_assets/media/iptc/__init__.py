"""IPTC-IIM blocks, as found in JPEG, TIFF, PSD and PNG files. Bytes in, `IptcRecord` out."""
