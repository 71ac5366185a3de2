"""Which file names are archives, and of which kind. The name decides, as for photos."""

_GZIPPED = (".tgz", ".tar.gz")
_SUFFIXES = (".zip", ".tar", *_GZIPPED)


def is_archive(name: str) -> bool:
    """Say whether a file of this name is an archive that can be read."""
    return name.lower().endswith(_SUFFIXES)


def is_zip(name: str) -> bool:
    """Say whether it is a zip."""
    return name.lower().endswith(".zip")


def is_gzipped(name: str) -> bool:
    """Say whether it is a gzipped tar."""
    return name.lower().endswith(_GZIPPED)
