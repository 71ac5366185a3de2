"""XMP packets and sidecars, from every program that writes them. Bytes in, `XmpRecord` out."""
