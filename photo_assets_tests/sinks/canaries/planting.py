"""A library of four catalogs in which every field that can hold a canary holds one."""

import io
import json
import os
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from PIL import ExifTags, Image

from photo_assets_tests.catalogs.eagle.building import LibraryBuilder, folder
from photo_assets_tests.catalogs.google_takeout.export import ROOT, YEAR, album_json, photo_json
from photo_assets_tests.catalogs.lightroom.builder import Lrcat, title_packet
from photo_assets_tests.edits import replaced
from photo_assets_tests.media.exif.blocks import photoshop, resource
from photo_assets_tests.media.exif.files import movie
from photo_assets_tests.media.iptc.blocks import UTF_8, dataset, declared
from photo_assets_tests.media.xmp.packets import ICLOUDPD, bag, packet
from photo_assets_tests.sinks.canaries.words import (
    BELOW_A_ROOT,
    BY_A_MODEL,
    LATITUDE,
    LONGITUDE,
    PRIVATE,
    PUBLIC,
    WORDS_OF,
    Canaries,
)

_CLIENTS, _JOB, _NEST, _SHY = PRIVATE
_LONG_AGO = 1_600_000_000


def plant(root: Path, canaries: Canaries) -> dict[str, Any]:
    """Make the catalogs below `root`; return the `catalogs` of a configuration."""
    _Folders(root / "folders", canaries).plant()
    _lightroom(root / "lightroom", canaries)
    _takeout(root / "takeout", canaries)
    _eagle(root / "eagle.library", canaries, same=(root / "folders" / "open.jpg").read_bytes())
    account = canaries.names[0]
    return {
        "folders": {"disk": {"path": str(root / "folders"), "account": account}},
        "lightroom": {"main": {"path": str(root / "lightroom" / "c.lrcat"), "account": account}},
        "google_takeout": {"export": {"path": str(root / "takeout"), "account": account}},
        "eagle": {"library": {"path": str(root / "eagle.library"), "account": account}},
    }


def picture(shade: int, canaries: Canaries | None = None) -> bytes:
    """Return a small JPEG; with canaries all its blocks name somebody and a place."""
    image = Image.new("RGB", (48, 32), (shade * 7 % 256, shade * 31 % 256, 90))
    exif = Image.Exif()
    if canaries is not None:
        exif[ExifTags.Base.ImageDescription] = canaries.text()
        exif[ExifTags.Base.Artist] = canaries.name()
        exif[ExifTags.Base.Copyright] = canaries.name()
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLongitudeRef] = "N", "E"
        gps[ExifTags.GPS.GPSLatitude] = _degrees(LATITUDE)
        gps[ExifTags.GPS.GPSLongitude] = _degrees(LONGITUDE)
        for tag in (ExifTags.Base.XPTitle, ExifTags.Base.XPAuthor, ExifTags.Base.XPComment):
            exif[tag] = _utf_16(canaries.name())
        exif[ExifTags.Base.XPKeywords] = _utf_16(f"{canaries.name()};{_JOB}")
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    found = out.getvalue()
    return found if canaries is None else found[:2] + _iptc(canaries) + found[2:]


def _iptc(canaries: Canaries) -> bytes:
    """Return a JPEG's segment of IPTC: title, caption, headline, names, place and keywords."""
    texts = [(number, canaries.text()) for number in (5, 105, 120)]
    texts += [(number, canaries.name()) for number in (80, 90, 92, 116, 122)]
    texts += [(25, word) for word in (*canaries.names, canaries.name(), _JOB, _NEST, PUBLIC)]
    found = b"".join(dataset(number, text) for number, text in texts)
    return photoshop(resource(0x0404, declared(UTF_8) + found))


def _utf_16(text: str) -> bytes:
    return f"{text}\0".encode("utf-16-le")


def _degrees(value: float) -> tuple[float, float, float]:
    minutes = value % 1 * 60
    return float(int(value)), float(int(minutes)), minutes % 1 * 60


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (_LONG_AGO, _LONG_AGO))  # what is just written waits for the next scan


class _Folders:
    """A folder tree: sidecars of digiKam and Lightroom, folders named after people, a hidden one."""

    def __init__(self, root: Path, canaries: Canaries) -> None:
        self.root = root
        self.canaries = canaries

    def plant(self) -> None:
        canaries, root = self.canaries, self.root
        face, tagged, named = canaries.names[0], canaries.names[-1], canaries.name()
        _put(root / "open.jpg", picture(1, canaries))
        _put(root / "open.jpg.xmp", self._sidecar(face, tagged))
        _put(root / "People" / named / f"{canaries.name()}.jpg", picture(2, canaries))
        _put(root / named / "x.jpg", picture(3))
        hidden = WORDS_OF["locked"]
        _put(root / hidden / f"{hidden}.jpg", picture(4))
        _put(root / hidden / f"{hidden}.mov", movie())
        rating = replaced(ICLOUDPD, (b"<xmp:Rating>5<", b"<xmp:Rating>-1<"))
        _put(root / hidden / f"{hidden}.jpg.xmp", replaced(rating, (b"Rue", hidden.encode())))

    def _sidecar(self, face: str, tagged: str) -> bytes:
        canaries = self.canaries
        flat = [face, canaries.name(), canaries.name(), _JOB, _NEST, f"geo:lat={LATITUDE}", PUBLIC]
        deep = [f"{_CLIENTS}|{_JOB}", f"People|{tagged}", f"Albums|{canaries.name()}"]
        deep.append(f"Personen|{BELOW_A_ROOT}")
        return packet(
            bag("dc:subject", *map(escape, flat)),
            bag("lr:hierarchicalSubject", *map(escape, deep)),
            bag("digiKam:TagsList", escape(f"People/{tagged}"), kind="Seq"),
            bag("Iptc4xmpExt:PersonInImage", escape(canaries.names[0])),
            _region(face),
            *(self._alternatives(name) for name in ("dc:title", "dc:description", "dc:rights")),
            bag("dc:creator", escape(canaries.name()), kind="Seq"),
            f"<Iptc4xmpCore:Location>{escape(canaries.text())}</Iptc4xmpCore:Location>",
            f"<photoshop:City>{escape(canaries.names[0])}</photoshop:City>",
            f"<xmp:Label>{escape(canaries.text())}</xmp:Label>",
            f"<exif:GPSLatitude>{LATITUDE}</exif:GPSLatitude>"
            f"<exif:GPSLongitude>{LONGITUDE}</exif:GPSLongitude>",
        )

    def _alternatives(self, name: str) -> str:
        text = escape(self.canaries.text())
        return f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt></{name}>'


def _region(name: str) -> str:
    return (
        '<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>'
        f'<rdf:li><rdf:Description mwg-rs:Name="{escape(name)}" mwg-rs:Type="Face">'
        '<mwg-rs:Area stArea:x="0.5" stArea:y="0.5" stArea:w="0.1" stArea:h="0.1"'
        ' stArea:unit="normalized"/></rdf:Description></rdf:li>'
        "</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
    )


def _lightroom(root: Path, canaries: Canaries) -> None:
    place = root / "photos" / canaries.name()
    _put(place / f"{canaries.name()}.jpg", picture(11, canaries))
    _put(place / "b.jpg", picture(12))
    with Lrcat(root / "c.lrcat") as lrcat:
        below = lrcat.folder(lrcat.root(f"{root / 'photos'}/"), f"{place.name}/")
        (name,) = [path.name for path in place.iterdir() if path.name != "b.jpg"]
        a = lrcat.photo(
            below,
            name,
            xmp=title_packet(escape(canaries.text())),
            copyName=canaries.text(),
            colorLabels=canaries.name(),
        )
        b = lrcat.photo(below, "b.jpg")
        _lightroom_texts(lrcat, a, canaries)
        _lightroom_keywords(lrcat, (a, b), canaries)
        for kind in ("collection", "com.adobe.ag.library.collection.unsaved"):
            lrcat.collect(lrcat.collection(canaries.text(), kind), a)
        published = lrcat.published(canaries.name())
        lrcat.collect(published, a, table="AgLibraryPublishedCollectionImage")
        lrcat.insert(
            "AgRemotePhoto",
            collection=published,
            photo=a,
            remoteId="r1",
            url=f"https://example.org/{canaries.name()}",
        )


def _lightroom_texts(lrcat: Lrcat, image: int, canaries: Canaries) -> None:
    lrcat.insert(
        "AgLibraryIPTC",
        image=image,
        caption=canaries.text(),
        copyright=canaries.name(),
        altTextAccessibility=BY_A_MODEL,
        extDescrAccessibility=BY_A_MODEL,
    )
    words = {
        "creatorRef": lrcat.interned("AgInternedIptcCreator", canaries.name()),
        "cityRef": lrcat.interned("AgInternedIptcCity", canaries.names[0]),
        "locationRef": lrcat.interned("AgInternedIptcLocation", canaries.text()),
    }
    lrcat.insert("AgHarvestedIptcMetadata", image=image, **words)
    lrcat.insert(
        "AgHarvestedExifMetadata",
        image=image,
        hasGPS=1.0,
        gpsLatitude=LATITUDE,
        gpsLongitude=LONGITUDE,
    )
    settings = lrcat.insert("Adobe_imageDevelopSettings", image=image, text=canaries.text())
    lrcat.db.execute(
        "UPDATE Adobe_images SET developSettingsIDCache = ? WHERE id_local = ?", [settings, image]
    )


def _lightroom_keywords(lrcat: Lrcat, images: tuple[int, int], canaries: Canaries) -> None:
    a, b = images
    people = [lrcat.keyword(name, keywordType="person") for name in canaries.names]
    lrcat.insert("AgLibraryKeywordSynonym", keyword=people[0], name=canaries.names[-1])
    clients = lrcat.keyword(_CLIENTS, includeOnExport=0)
    job = lrcat.keyword(_JOB, clients)
    home = lrcat.keyword("Places")
    nest = lrcat.keyword(_NEST, home, includeOnExport=0)
    only = lrcat.keyword("Bareword", lrcat.keyword("Upperword"), includeParents=0)
    plain = lrcat.keyword(PUBLIC, includeSynonyms=0)
    lrcat.insert("AgLibraryKeywordSynonym", keyword=plain, name=BY_A_MODEL)
    shy = lrcat.keyword(_SHY, keywordType="person", includeOnExport=0)
    lrcat.tag(a, *people, job, nest, only, plain, shy)
    lrcat.tag(b, plain, lrcat.keyword(canaries.text()), lrcat.keyword(f"geo:lon={LONGITUDE}"))
    for person, picked in zip(people, (1, 0, 0), strict=False):
        face = lrcat.face(b, (0.1, 0.1, 0.3, 0.3))
        lrcat.insert("AgLibraryKeywordFace", face=face, tag=person, userPick=picked)


def _takeout(root: Path, canaries: Canaries) -> None:
    place = {"latitude": LATITUDE, "longitude": LONGITUDE, "altitude": 400.0}
    everything: dict[str, Any] = {
        "description": canaries.text(),
        "people": [{"name": name} for name in canaries.names],
        "geoData": place,
        "geoDataExif": place,
        "url": f"https://photos.google.com/search/{canaries.name()}?at={canaries.place()}",
        "sharedAlbumComments": [{"text": canaries.text(), "contentOwnerName": canaries.name()}],
        "appSource": {"androidPackageName": BY_A_MODEL},
    }
    files = {
        f"{canaries.name()}.jpg": everything,
        f"{WORDS_OF['locked']}.jpg": {**everything, "inLockedFolder": True},
        f"{WORDS_OF['trashed']}.jpg": {**everything, "trashed": True},
        f"{WORDS_OF['archived']}.jpg": {**everything, "archived": True},
    }
    for shade, (name, fields) in enumerate(files.items()):
        word = name.removesuffix(".jpg")
        said = {**fields, "description": f"{fields['description']} {word}"}
        content = picture(20 + shade, canaries)
        _put(root / YEAR / name, content)
        _put(root / YEAR / f"{name}.json", photo_json(name, **said))
        album = root / ROOT / f"Album {word}"
        _put(album / name, content)
        _put(album / "metadata.json", album_json(f"{word} {canaries.name()}", canaries.text()))


def _eagle(root: Path, canaries: Canaries, same: bytes) -> None:
    library = LibraryBuilder(root)
    closed = folder("F3", WORDS_OF["locked"]) | {"password": "1f3870be"}
    library.folders([folder("F1", canaries.name()), folder("F2", WORDS_OF["trashed"]), closed])
    texts = {
        "annotation": canaries.text(),
        "url": f"https://example.org/?q={canaries.place()}&who={canaries.name()}",
        "comments": [{"annotation": BY_A_MODEL}, {"annotation": canaries.text()}],
        "aiDescription": BY_A_MODEL,
        "tags": [*canaries.names, _JOB, _NEST, BELOW_A_ROOT, f"geo:lat={LATITUDE}", PUBLIC],
        "folders": ["F1"],
    }
    library.add(
        "MOPEN", picture(31, canaries), name=canaries.text()[:60].replace("/", "-"), **texts
    )
    library.add("MSAME", same, name="same", **{**texts, "annotation": canaries.text()})
    word = WORDS_OF["trashed"]
    gone = {"annotation": word, "tags": [word], "folders": ["F2"], "isDeleted": True}
    library.add("MGONE", picture(32), name=word, **gone)
    word = WORDS_OF["locked"]
    library.add("MLOCK", picture(33), name=word, annotation=word, tags=[word], folders=["F3"])
    assert json.loads((root / "metadata.json").read_text())["folders"]
