"""Whether RAW previews can be read, told without loading the library that does."""

from importlib.util import find_spec

RAWPY_ABSENT = "rawpy is not installed: RAW previews are read where they are TIFF (extra 'raw')."
PREVIEW_DECODER = "pillow-preview"


def rawpy_installed() -> bool:
    """Say whether RAW files can be opened properly."""
    return find_spec("rawpy") is not None
