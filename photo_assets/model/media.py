"""Which file extensions are pictures, RAW files, videos or sidecars.

Decided by extension, because services often state application/octet-stream for RAW and HEIC files;
whether the bytes match the extension is found when they are decoded.
"""

from photo_assets.model.vocabulary import MediaKind

_IMAGE = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "jpe": "image/jpeg",
    "jfif": "image/jpeg",
    "mpo": "image/mpo",
    "png": "image/png",
    "apng": "image/apng",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "webp": "image/webp",
    "heic": "image/heic",
    "heif": "image/heif",
    "hif": "image/heif",
    "heics": "image/heic-sequence",
    "heifs": "image/heif-sequence",
    "avifs": "image/avif-sequence",
    "avif": "image/avif",
    "jxl": "image/jxl",
    "jp2": "image/jp2",
    "jpf": "image/jpx",
    "jpx": "image/jpx",
    "j2k": "image/j2c",
    "j2c": "image/j2c",
    "jpc": "image/j2c",
    "psd": "image/vnd.adobe.photoshop",
    "psb": "image/vnd.adobe.photoshop",
    "svg": "image/svg+xml",
}
_RAW = {
    "dng": "image/x-adobe-dng",
    "cr2": "image/x-canon-cr2",
    "cr3": "image/x-canon-cr3",
    "crw": "image/x-canon-crw",
    "nef": "image/x-nikon-nef",
    "nrw": "image/x-nikon-nrw",
    "arw": "image/x-sony-arw",
    "sr2": "image/x-sony-sr2",
    "srf": "image/x-sony-srf",
    "raf": "image/x-fuji-raf",
    "orf": "image/x-olympus-orf",
    "ori": "image/x-olympus-orf",
    "rw2": "image/x-panasonic-rw2",
    "raw": "image/x-panasonic-raw",
    "rwl": "image/x-leica-rwl",
    "pef": "image/x-pentax-pef",
    "srw": "image/x-samsung-srw",
    "x3f": "image/x-sigma-x3f",
    "3fr": "image/x-hasselblad-3fr",
    "fff": "image/x-hasselblad-fff",
    "iiq": "image/x-phaseone-iiq",
    "mos": "image/x-leaf-mos",
    "mef": "image/x-mamiya-mef",
    "erf": "image/x-epson-erf",
    "kdc": "image/x-kodak-kdc",
    "dcr": "image/x-kodak-dcr",
    "mrw": "image/x-minolta-mrw",
    "gpr": "image/x-gopro-gpr",
}
_VIDEO = {
    "mp4": "video/mp4",
    "m4v": "video/x-m4v",
    "mov": "video/quicktime",
    "qt": "video/quicktime",
    "avi": "video/x-msvideo",
    "mkv": "video/x-matroska",
    "webm": "video/webm",
    "mpg": "video/mpeg",
    "mpeg": "video/mpeg",
    "mts": "video/mp2t",
    "m2ts": "video/mp2t",
    "3gp": "video/3gpp",
    "3g2": "video/3gpp2",
    "wmv": "video/x-ms-wmv",
    "mp": "video/mp4",  # the video part of a Pixel motion photo
    "mv": "video/mp4",
    "insv": "video/mp4",
}
SIDECAR_EXTENSIONS = frozenset({"xmp", "aae"})

_BY_EXTENSION: dict[str, tuple[str, MediaKind]] = {
    **{ext: (mime, MediaKind.IMAGE) for ext, mime in _IMAGE.items()},
    **{ext: (mime, MediaKind.RAW) for ext, mime in _RAW.items()},
    **{ext: (mime, MediaKind.VIDEO) for ext, mime in _VIDEO.items()},
}


def extension(name: str) -> str:
    """Return the lowercase extension of a file name without its dot, or ""."""
    stem, dot, ext = name.rpartition(".")
    return ext.lower() if dot and stem else ""


def media_of(name: str) -> tuple[str | None, MediaKind]:
    """Return (media type, kind) for a file name; (None, OTHER) when it is not a picture."""
    return _BY_EXTENSION.get(extension(name), (None, MediaKind.OTHER))


def ending_of(name: str | None, media_type: str | None) -> str:
    """Return the extension, with its dot, of a picture's name, else of its type; "" if unknown."""
    if name is not None and is_media(name):
        return f".{extension(name)}"
    found = (ext for ext, (mime, _) in _BY_EXTENSION.items() if mime == media_type)
    return next((f".{ext}" for ext in found), "")


def is_media(name: str) -> bool:
    """Return whether a file of this name is a picture, RAW file or video."""
    return extension(name) in _BY_EXTENSION
