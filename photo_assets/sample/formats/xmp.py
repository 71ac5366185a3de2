"""XMP packets and sidecars of Lightroom, digiKam and icloudpd (ISO 16684-1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from xml.sax.saxutils import escape, quoteattr

from photo_assets.sample.formats.exif import Exposure

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
    "stArea": "http://ns.adobe.com/xmp/sType/Area#",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A named face: center and size as fractions of the picture."""

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """The values of an XMP packet of the sample."""

    rating: int | None = None
    label: str | None = None
    title: str | None = None
    caption: str | None = None
    keywords: Sequence[tuple[str, ...]] = ()
    place: tuple[float, float] | None = None
    city: str | None = None
    country: str | None = None
    creator: str | None = None
    faces: Sequence[Face] = ()
    size: tuple[int, int] = (0, 0)
    document_id: str | None = None
    taken: datetime | None = None  # on the camera's clock
    created: datetime | None = None  # IPTC's date created
    camera: Exposure | None = None  # only camera, lens and exposure are written
    tool: str = "Adobe Lightroom Classic 14.3.1 (Macintosh)"
    digikam: bool = False


def xmp(stated: Packet) -> bytes:
    """Return the packet as UTF-8 bytes, without padding."""
    attributes = {"xmp:CreatorTool": stated.tool}
    optional = {
        "xmp:Rating": None if stated.rating is None else str(stated.rating),
        "xmp:Label": stated.label,
        "photoshop:City": stated.city,
        "photoshop:Country": stated.country,
        "xmpMM:DocumentID": stated.document_id,
        "exif:DateTimeOriginal": None if stated.taken is None else stated.taken.isoformat(),
        "photoshop:DateCreated": None if stated.created is None else stated.created.isoformat(),
    }
    attributes |= {name: value for name, value in optional.items() if value is not None}
    if stated.camera is not None:
        attributes |= _camera(stated.camera)
    if stated.place is not None:
        attributes["exif:GPSLatitude"] = _angle(stated.place[0], "N", "S")
        attributes["exif:GPSLongitude"] = _angle(stated.place[1], "E", "W")
    spaces = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
    shown = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 7.0">'
        f'<rdf:RDF xmlns:rdf="{_RDF}">'
        f'<rdf:Description rdf:about=""{spaces}{shown}>{_elements(stated)}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def icloudpd_sidecar(rating: int) -> bytes:
    """Return icloudpd's sidecar of a picture: 5 is a favorite, -1 is hidden."""
    return (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        '<x:xml_doc xmlns:x="adobe:ns:meta/" x:xmptk="icloudpd 1.32.2">'
        f'<rdf:RDF xmlns:rdf="{_RDF}"><rdf:Description rdf:about="" '
        f'xmlns:xmp="{_NAMESPACES["xmp"]}"><xmp:Rating>{rating}</xmp:Rating></rdf:Description>'
        "</rdf:RDF></x:xml_doc>"
    ).encode()


def _camera(stated: Exposure) -> dict[str, str]:
    return {
        "tiff:Make": stated.make,
        "tiff:Model": stated.model,
        "aux:Lens": stated.lens,
        "exif:FNumber": _rational(stated.f_number),
        "exif:ExposureTime": _rational(stated.exposure_s),
        "exif:FocalLength": _rational(stated.focal_mm),
    }


def _rational(value: float) -> str:
    fraction = Fraction(value).limit_denominator(10_000)
    return f"{fraction.numerator}/{fraction.denominator}"


def _elements(stated: Packet) -> str:
    parts = [_alternative("dc:title", stated.title), _alternative("dc:description", stated.caption)]
    if stated.creator is not None:
        parts.append(_list("dc:creator", "Seq", [stated.creator]))
        parts.append(_alternative("dc:rights", f"© {stated.creator}"))
    if stated.camera is not None:
        parts.append(_list("exif:ISOSpeedRatings", "Seq", [str(stated.camera.iso)]))
    parts.append(_list("dc:subject", "Bag", [path[-1] for path in stated.keywords]))
    if stated.digikam:
        parts.append(_list("digiKam:TagsList", "Seq", ["/".join(path) for path in stated.keywords]))
    else:
        paths = ["|".join(path) for path in stated.keywords]
        parts.append(_list("lr:hierarchicalSubject", "Bag", paths))
    if stated.faces:
        parts.append(_regions(stated))
    return "".join(parts)


def _alternative(name: str, text: str | None) -> str:
    if text is None:
        return ""
    return (
        f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt></{name}>'
    )


def _list(name: str, kind: str, texts: Iterable[str]) -> str:
    items = "".join(f"<rdf:li>{escape(text)}</rdf:li>" for text in texts)
    return f"<{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>" if items else ""


def _regions(stated: Packet) -> str:
    width, height = stated.size
    faces = "".join(
        f'<rdf:li><rdf:Description mwg-rs:Name={quoteattr(face.name)} mwg-rs:Type="Face">'
        f'<mwg-rs:Area stArea:x="{face.x:.6f}" stArea:y="{face.y:.6f}" '
        f'stArea:w="{face.width:.6f}" stArea:h="{face.height:.6f}" stArea:unit="normalized"/>'
        "</rdf:Description></rdf:li>"
        for face in stated.faces
    )
    return (
        '<mwg-rs:Regions rdf:parseType="Resource">'
        f'<mwg-rs:AppliedToDimensions stDim:w="{width}" stDim:h="{height}" stDim:unit="pixel"/>'
        f"<mwg-rs:RegionList><rdf:Bag>{faces}</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
    )


def _angle(value: float, positive: str, negative: str) -> str:
    whole = int(abs(value))
    minutes = (abs(value) - whole) * 60
    return f"{whole},{minutes:.6f}{positive if value >= 0 else negative}"
