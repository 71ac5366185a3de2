"""Packets for tests, in the notations of real programs."""

NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "xmpDM": "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
    "stRef": "http://ns.adobe.com/xap/1.0/sType/ResourceRef#",
    "stArea": "http://ns.adobe.com/xmp/sType/Area#",
    "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
    "MP": "http://ns.microsoft.com/photo/1.2/",
    "MPRI": "http://ns.microsoft.com/photo/1.2/t/RegionInfo#",
    "MPReg": "http://ns.microsoft.com/photo/1.2/t/Region#",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "mediapro": "http://ns.iview-multimedia.com/mediapro/1.0/",
    "acdsee": "http://ns.acdsee.com/iptc/1.0/",
    "photomechanic": "http://ns.camerabits.com/photomechanic/1.0/",
    "darktable": "http://darktable.sf.net/",
    "exifEX": "http://cipa.jp/exif/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
}
_DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())


def packet(*elements: str, attributes: str = "", toolkit: str = "XMP Core 6.0.0") -> bytes:
    """Return a packet with one Description for each of `elements`, the first with `attributes`."""
    bodies = elements or ("",)
    nodes = "".join(
        f'<rdf:Description rdf:about="" {_DECLARED} {attributes if not n else ""}>{body}'
        "</rdf:Description>"
        for n, body in enumerate(bodies)
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="{toolkit}">'
        f'<rdf:RDF xmlns:rdf="{NAMESPACES["rdf"]}">{nodes}</rdf:RDF></x:xmpmeta>\n'
        + " " * 100
        + '<?xpacket end="w"?>'
    ).encode()


def bag(name: str, *entries: str, kind: str = "Bag") -> str:
    """Return a list property."""
    inner = "".join(f"<rdf:li>{entry}</rdf:li>" for entry in entries)
    return f"<{name}><rdf:{kind}>{inner}</rdf:{kind}></{name}>"


ICLOUDPD = (
    "<?xml version='1.0' encoding='utf-8'?>\n"
    '<x:xml_doc xmlns:x="adobe:ns:meta/" x:xmptk="icloudpd 1.32.2+2035bb1">'
    f'<rdf:RDF xmlns:rdf="{NAMESPACES["rdf"]}">'
    f'<rdf:Description rdf:about="" xmlns:dc="{NAMESPACES["dc"]}"><dc:title>Rue</dc:title>'
    "<dc:description>On the Yukon</dc:description>"
    "<dc:subject><rdf:Seq><rdf:li>river</rdf:li></rdf:Seq></dc:subject></rdf:Description>"
    f'<rdf:Description rdf:about="" xmlns:exif="{NAMESPACES["exif"]}">'
    "<exif:GPSAltitude>641.1731565865783</exif:GPSAltitude>"
    "<exif:GPSLatitude>60.731941666666664</exif:GPSLatitude>"
    "<exif:GPSLongitude>-135.06683333333334</exif:GPSLongitude></rdf:Description>"
    f'<rdf:Description rdf:about="" xmlns:photoshop="{NAMESPACES["photoshop"]}">'
    "<photoshop:DateCreated>2024-01-23T18:12:34-0700</photoshop:DateCreated></rdf:Description>"
    f'<rdf:Description rdf:about="" xmlns:xmp="{NAMESPACES["xmp"]}">'
    "<xmp:CreateDate>2024-01-23T18:12:34-0700</xmp:CreateDate>"
    "<xmp:Rating>5</xmp:Rating></rdf:Description></rdf:RDF></x:xml_doc>"
).encode()

MWG_FACE = (
    '<mwg-rs:Regions rdf:parseType="Resource">'
    '<mwg-rs:AppliedToDimensions stDim:w="700" stDim:h="840" stDim:unit="pixel"/>'
    "<mwg-rs:RegionList><rdf:Bag>"
    '<rdf:li><rdf:Description mwg-rs:Name="Marie" mwg-rs:Type="Face">'
    '<mwg-rs:Area stArea:x="0.307857" stArea:y="0.631548" stArea:w="0.198571"'
    ' stArea:h="0.113095" stArea:unit="normalized"/></rdf:Description></rdf:li>'
    '<rdf:li rdf:parseType="Resource"><mwg-rs:Name>Focus</mwg-rs:Name>'
    "<mwg-rs:Type>Focus</mwg-rs:Type></rdf:li>"
    "</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
)
MICROSOFT_FACE = (
    '<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>'
    '<rdf:li MPReg:PersonDisplayName="Marie" MPReg:Rectangle="0.1, 0.1, 0.2, 0.2"/>'
    '<rdf:li MPReg:PersonDisplayName="Pierre" MPReg:Rectangle="0.25, 0.5, 0.5, 0.25"/>'
    "</rdf:Bag></MPRI:Regions></MP:RegionInfo>"
)


def darktable(
    rating: str = "1",
    time: str = "2019:08:07 06:05:04.000",
    current: str = "c80077d1",
    **changes: str | None,
) -> bytes:
    """Return the packet that darktable 4.2 writes at import, with changed or removed properties."""
    properties = {
        "xmp_version": "5",
        "change_timestamp": "-1",
        "auto_presets_applied": "1",
        "history_end": "4",
        "history_basic_hash": "c80077d1",
        "history_current_hash": current,
    } | changes
    own = " ".join(f'darktable:{k}="{v}"' for k, v in properties.items() if v is not None)
    stated = f'exif:DateTimeOriginal="{time}" xmp:Rating="{rating}" xmpMM:DerivedFrom="a.jpg"'
    steps = '<rdf:li darktable:operation="colorin" darktable:enabled="1"/>'
    return packet(
        f"<darktable:history><rdf:Seq>{steps}</rdf:Seq></darktable:history>",
        attributes=f"{stated} {own}",
        toolkit="XMP Core 4.4.0-Exiv2",
    )
