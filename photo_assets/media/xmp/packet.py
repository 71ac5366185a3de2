"""Safe parsing of a packet or sidecar to an XML tree: no document types, entities, files, network.

The meaning of properties is defined in `parse`.
"""

import codecs
import re

from lxml import etree

from photo_assets.media.xmp import namespaces as ns

MAX_PACKET_BYTES = 32 * 1024 * 1024
# A tree takes about 150 bytes per element or attribute: these limits keep the worst packet near 150
# MB, and are a hundred times the size of a large Lightroom sidecar with masks.
MAX_ELEMENTS = 400_000
MAX_ATTRIBUTES = 600_000

_PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DECLARATION = re.compile(r"<\?xml\s[^>]{0,200}?\?>")
_ENCODING = re.compile(rb"<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ROOT_END = re.compile(r"</\s*(?:[\w.-]{1,20}:)?(?:xmpmeta|xapmeta|xml_doc|RDF)\s*>")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BARE = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)


class XmpError(ValueError):
    """The bytes are not an XMP packet, or a refused one: too large, or with a document type."""


def parse_tree(data: bytes) -> etree._Element:
    """Return the root element. Raises `XmpError`; reads only `data`."""
    if len(data) > MAX_PACKET_BYTES:
        raise XmpError(
            f"The packet has {len(data):,} bytes; at most {MAX_PACKET_BYTES:,} are read."
        )
    text = packet_text(data).strip("\x00 \t\r\n\ufeff")
    declaration = _DECLARATION.match(text)
    text = text[declaration.end() :] if declaration else text
    prolog = _PROLOG.match(text)
    start = prolog.end() if prolog else 0
    if text.startswith("<!", start):
        raise XmpError("The packet has a document type declaration, which XMP does not allow.")
    if text.count("<") > MAX_ELEMENTS or text.count("=") > MAX_ATTRIBUTES:
        raise XmpError("The packet has too many elements to be photo metadata.")
    if start >= len(text):
        raise XmpError("The packet is empty.")
    try:
        return _parsed(text)
    except etree.XMLSyntaxError as error:
        repaired = _without_debris(text)
        if repaired == text:
            raise XmpError(f"The packet is not well-formed XML: {error.msg}") from error
    try:
        return _parsed(repaired)
    except etree.XMLSyntaxError as error:
        raise XmpError(f"The packet is not well-formed XML: {error.msg}") from error


def parse_fragment(text: str) -> etree._Element:
    """Return the root of XML stored as text in a property. Raises `XmpError`."""
    return parse_tree(text.encode("utf-8", "replace"))


def rdf_nodes(root: etree._Element) -> list[etree._Element]:
    """Return the nodes (usually `rdf:Description`) of all `rdf:RDF` elements under `root`.

    The root may be `x:xmpmeta`, `x:xapmeta`, icloudpd's `x:xml_doc`, or `rdf:RDF` itself.
    """
    rdf = ns.qualified(ns.RDF, "RDF")
    return [node for part in root.iter(rdf) for node in part if isinstance(node.tag, str)]


def _parsed(text: str) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(text.encode("utf-8", "replace"), parser)


def packet_text(data: bytes) -> str:
    """Return a packet as text, decoded by byte order mark, zero bytes, declaration, or as UTF-8."""
    head = data[:4]
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    for start, encoding in _BARE:
        if head.startswith(start):
            return data.decode(encoding, "replace")
    declared = _ENCODING.search(data[:256])
    try:
        return data.decode(declared[1].decode("ascii") if declared else "utf-8", "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _without_debris(text: str) -> str:
    """Drop control characters that XML forbids, and padding or a second packet after the root."""
    text = _ILLEGAL.sub("", text)
    opened = re.search(r"<(?:[\w.-]{1,20}:)?(xmpmeta|xapmeta|xml_doc|RDF)\b", text)
    if opened is None:
        return text
    for end in _ROOT_END.finditer(text, opened.end()):
        if opened[1] in end[0]:
            return text[opened.start() : end.end()]
    return text
