"""The parts of a JPEG header that determine the picture of a scan's bits (ITU-T T.81, annex B).

Tables are described by content, independent of their position and number: copies whose tables were
only reordered have the same description.
"""

from dataclasses import dataclass, field

DHT, DAC, SOS, DQT, DNL, DRI = 0xC4, 0xCC, 0xDA, 0xDB, 0xDC, 0xDD
_APP0, _APP14 = 0xE0, 0xEE
FRAMES = frozenset(range(0xC0, 0xD0)) - {DHT, 0xC8, DAC}
TABLE_SEGMENTS = FRAMES | {DHT, DAC, DQT, DRI, _APP0, _APP14}
"""The segments that `JpegTables.take` needs."""
_BASELINE, _EXTENDED = 0xC0, 0xC1
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_LOSSLESS = frozenset({0xC3, 0xC7, 0xCB, 0xCF})
_ARITHMETIC = frozenset(range(0xC9, 0xD0)) - {DAC}
_DC, _AC = 0, 1
_DEFAULT_CONDITIONING = {_DC: b"\x10", _AC: b"\x05"}


@dataclass(slots=True)
class JpegTables:
    """The current tables, set by the segments before a scan."""

    frame: int = 0
    """The marker of the frame header, 0 before it was read."""
    _shape: bytes = b""
    """Precision, height and width of the frame."""
    _components: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Sampling factors and quantization table, by component."""
    _quantisation: dict[int, bytes] = field(default_factory=dict)
    _entropy: dict[tuple[int, int], bytes] = field(default_factory=dict)
    _interval: bytes = b"\0\0"
    _jfif: bool = False
    _adobe: int | None = None
    _finished: dict[int, set[int]] = field(default_factory=dict)
    """The coefficients of each component whose last bit was coded."""

    @property
    def is_arithmetic(self) -> bool:
        """Whether arithmetic coding is used: then a decoder does not detect a truncated scan."""
        return self.frame in _ARITHMETIC

    @property
    def is_complete(self) -> bool:
        """Whether every coefficient of every component had a scan with its last bit."""
        every = set(range(64)) if self.frame in _PROGRESSIVE else {0}
        return bool(self._components) and all(
            self._finished.get(name, set()) >= every for name in self._components
        )

    def take(self, code: int, content: bytes) -> None:
        """Process a segment. A truncated part of it is ignored: decoders cannot use it either."""
        if code in FRAMES and not self.frame:
            self.frame, self._shape = code, content[:5]
            for at in range(6, len(content) - 2, 3):
                name, sampling, table = content[at : at + 3]
                self._components[name] = sampling, table
        elif code == DQT:
            self._take_quantisation(content)
        elif code == DHT:
            self._take_huffman(content)
        elif code == DAC:
            for at in range(0, len(content) - 1, 2):
                where = content[at] >> 4, content[at] & 15
                self._entropy[where] = content[at + 1 : at + 2]
        elif code == DRI:
            self._interval = content[:2]
        elif code == _APP0:
            self._jfif |= content.startswith(b"JFIF\0")
        elif code == _APP14 and content.startswith(b"Adobe") and len(content) >= 12:
            self._adobe = content[11]

    def begin_scan(self, header: bytes) -> bytes:
        """Return the header data that determines the meaning of a scan's bits.

        For the first scan this includes the frame header and the color storage; for each component
        its quantization at its first scan, and the entropy coding of this scan.
        """
        count = header[0] if header else 0
        last_at = min(2 * count, len(header) - 1)
        listed = [(header[at], header[at + 1]) for at in range(1, last_at, 2)]
        first, last, bits = (header[1 + 2 * count :] + bytes(3))[:3]
        parts = [] if self._finished else [self._picture()]
        parts.append(header[:1] + bytes(name for name, _ in listed) + bytes((first, last, bits)))
        parts.append(self._interval)
        for name, tables in listed:
            if name not in self._finished:
                parts.append(self._quantisation.get(self._components.get(name, (0, 0))[1], b""))
            done = self._finished.setdefault(name, set())
            if not bits & 15:
                done.update(range(first, last + 1) if self.frame in _PROGRESSIVE else [0])
            parts += [self._coding(kind, tables) for kind in self._kinds(first, bits >> 4)]
        return b"".join(len(part).to_bytes(4) + part for part in parts)

    def _picture(self) -> bytes:
        # Baseline is a kind of extended sequential coding: the marker alone has no effect.
        frame = _EXTENDED if self.frame == _BASELINE else self.frame
        names = b"".join(bytes((name, each[0])) for name, each in self._components.items())
        return bytes((frame,)) + self._shape + names + self._colors()

    def _colors(self) -> bytes:
        """Return the color storage as libjpeg infers it (jdapimin.c, default_decompress).

        0: as they are (gray, RGB, CMYK); 1: as Y, Cb, Cr (and K).
        """
        names = bytes(self._components)
        if len(names) == 3:
            if self._jfif:
                return b"\1"
            if self._adobe is not None:
                return b"\0" if self._adobe == 0 else b"\1"
            return b"\0" if names == b"RGB" else b"\1"
        return b"\1" if len(names) == 4 and self._adobe not in {None, 0} else b"\0"

    def _kinds(self, first: int, refined: int) -> list[int]:
        """Return the kinds of entropy coding that a scan uses."""
        if self.frame in _LOSSLESS:
            return [_DC]
        if self.frame in _PROGRESSIVE:
            return [_AC] if first else [] if refined else [_DC]
        return [_DC, _AC]

    def _coding(self, kind: int, tables: int) -> bytes:
        table = tables >> 4 if kind == _DC else tables & 15
        missing = _DEFAULT_CONDITIONING[kind] if self.is_arithmetic else b""
        return self._entropy.get((kind, table), missing)

    def _take_quantisation(self, content: bytes) -> None:
        at = 0
        while at < len(content):
            wide, table = content[at] >> 4, content[at] & 15
            size = 128 if wide else 64
            values = content[at + 1 : at + 1 + size]
            if len(values) == size:
                self._quantisation[table] = (
                    values if wide else b"".join(bytes((0, n)) for n in values)
                )
            at += 1 + size

    def _take_huffman(self, content: bytes) -> None:
        at = 0
        while at + 17 <= len(content):
            size = 16 + sum(content[at + 1 : at + 17])
            table = content[at + 1 : at + 1 + size]
            if len(table) == size:
                self._entropy[content[at] >> 4, content[at] & 15] = table
            at += 1 + size
