"""Trees of photo files for tests, with times far enough in the past to count as settled."""

import os
from pathlib import Path

from photo_assets_tests.media.exif.files import camera_exif, movie, picture
from photo_assets_tests.media.xmp.packets import ICLOUDPD, MWG_FACE, bag, packet

SETTLED_NS = 1_600_000_000_000_000_000


def place(root: Path | str, name: str | bytes, content: bytes, mtime_ns: int = SETTLED_NS) -> str:
    """Write one file below `root` with a time of its own."""
    path = os.path.join(os.fsencode(root), os.fsencode(name))
    Path(os.fsdecode(path)).parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as stream:
        stream.write(content)
    os.utime(path, ns=(mtime_ns, mtime_ns))
    return os.fsdecode(path)


def small(shade: int) -> bytes:
    """Return a small JPEG that differs with `shade`."""
    return picture(comment=b"%d" % shade)


def odd_tree(root: Path) -> Path:
    """Build a tree with every oddity the reader knows, and return its root."""
    tree = root / "photos"
    tree.mkdir()
    raw = picture("TIFF", exif=camera_exif())
    place(tree, "2019/DSC_1.NEF", raw)
    place(tree, "2019/DSC_1.JPG", picture(exif=camera_exif()))
    place(tree, "2019/DSC_1.xmp", packet(attributes='xmp:Rating="4"'))
    place(tree, "2019/DSC_2.CR2", raw)
    place(tree, "2019/DSC_2.CR2.xmp", packet(bag("dc:subject", "sea"), attributes='xmp:Rating="2"'))
    place(tree, "2019/DSC_2_01.CR2.xmp", packet(attributes='xmp:Rating="1"'))
    place(tree, "phone/IMG_1234.HEIC", picture("AVIF", exif=camera_exif(), xmp=packet(MWG_FACE)))
    place(tree, "phone/IMG_1234_HEVC.MOV", movie())
    place(tree, "phone/IMG_1234.HEIC.xmp", ICLOUDPD)
    place(tree, "phone/IMG_1234.AAE", b"<plist/>")
    place(tree, "phone/IMG_E1234.JPG", small(1))
    place(tree, "phone/IMG_1234-thumb.JPG", small(2))
    place(tree, "names/line\nbreak.jpg", small(3))
    place(tree, b"names/latin-\xe9.jpg", small(4))
    place(tree, "names/caf\u00e9.jpg", small(5))
    place(tree, "names/cafe\u0301.jpg", small(6))
    place(tree, "names/Twin.jpg", small(7))
    place(tree, "names/twin.jpg", small(8))
    place(tree, "names/" + "x" * 251 + ".jpg", small(9))
    place(tree, "broken/cut.jpg", small(10)[:12])
    place(tree, "broken/text.jpg", b"this is not a picture")
    place(tree, "broken/empty.jpg", b"")
    place(tree, "broken/orphan.xmp", packet())
    place(tree, "broken/half.jpg.part", b"\xff\xd8")
    place(tree, "notes.txt", b"hello")
    place(tree, ".DS_Store", b"\0")
    place(tree, "@eaDir/thumb.jpg", small(11))
    (tree / "link.jpg").symlink_to("/etc/hostname")
    (tree / "loop").symlink_to(tree)
    os.mkfifo(tree / "pipe.jpg")
    os.link(tree / "2019" / "DSC_1.JPG", tree / "hard.jpg")
    (tree / "empty").mkdir()
    return tree
