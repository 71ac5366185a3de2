"""IPTC-IIM blocks, as JPEG, TIFF, PSD and PNG carry them. Bytes in, `IptcRecord` out."""
