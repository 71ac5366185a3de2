"""A Python that lacks some packages although they are installed: for what is optional."""

from pathlib import Path


def lacking(folder: Path, *packages: str) -> str:
    """Return a folder for PYTHONPATH: processes that have it, and theirs, import none of these."""
    folder.mkdir(parents=True)
    lines = [f"sys.modules[{name!r}] = None" for name in packages]
    (folder / "sitecustomize.py").write_text("\n".join(["import sys", *lines, ""]))
    return str(folder)
