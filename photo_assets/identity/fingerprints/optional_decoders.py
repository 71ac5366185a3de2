"""Which optional decoders are installed, without importing them, and the effect of their lack."""

from importlib.util import find_spec

RAWPY_ABSENT = "rawpy is not installed: RAW previews are read where they are TIFF (extra 'raw')."
PYLIBJXL_ABSENT = "pylibjxl is not installed: JPEG XL pictures are not decoded (extra 'jxl')."
PILLOW_HEIF_ABSENT = "pillow-heif is not installed: HEIC pictures are not decoded (extra 'heif')."
PREVIEW_DECODER = "pillow-preview"
"""The decoder of RAW previews without rawpy."""


def is_installed(library: str) -> bool:
    """Return whether a library can be imported."""
    return find_spec(library) is not None
