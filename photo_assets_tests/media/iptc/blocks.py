"""IPTC-IIM blocks for tests, built byte by byte."""

UTF_8 = b"\x1b%G"


def dataset(number: int, value: bytes | str, record: int = 2) -> bytes:
    """Return one dataset; a value of 32 KiB or more in the extended form."""
    data = value.encode() if isinstance(value, str) else value
    is_long = len(data) >= 0x8000
    length = b"\x80\x04" + len(data).to_bytes(4) if is_long else len(data).to_bytes(2)
    return bytes((0x1C, record, number)) + length + data


def declared(escape: bytes) -> bytes:
    """Return dataset 1:90 with a declaration of the character set."""
    return dataset(90, escape, record=1)


WHOLE = declared(UTF_8) + b"".join(
    dataset(number, value)
    for number, value in (
        (0, b"\0\4"),
        (5, "Harbour"),
        (15, "TRA"),
        (20, "Boats"),
        (25, "harbour"),
        (25, "Müller"),
        (25, "harbour"),
        (40, "Embargo"),
        (55, "20010203"),
        (60, "040506+0100"),
        (62, "20100000"),
        (80, "A. Person"),
        (80, "B. Person"),
        (85, "Staff"),
        (90, "Köln"),
        (92, "Rheinufer"),
        (95, "NRW"),
        (100, "DEU"),
        (101, "Germany"),
        (105, "Boats come home"),
        (110, "Agency"),
        (115, "Archive"),
        (116, "© 2001"),
        (120, "Boats at noon\rand later"),
        (122, "Editor"),
    )
)
