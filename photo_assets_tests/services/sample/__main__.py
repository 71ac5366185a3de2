"""The stand-ins as one process: prints what leads to them, and serves until its input ends."""

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from photo_assets.sample.online import Upload, read_uploads
from photo_assets_tests.services.sample.serving import serving

#: A catalog whose address changes is read anew: each service has the same one every time.
_FIRST_PORT: Final = 47_810


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m photo_assets_tests.services.sample")
    parser.add_argument("library", type=Path, help="the sample library")
    library: Path = parser.parse_args().library

    def uploads(source: str) -> list[Upload]:
        return read_uploads(library, source)

    def content(upload: Upload) -> bytes:
        return (library / upload.file).read_bytes()

    with serving(uploads, content, _FIRST_PORT) as served:
        print(json.dumps({source: one.sign_in for source, one in served.items()}), flush=True)
        # Whoever started this process holds the other end: it ends with them.
        sys.stdin.read()


if __name__ == "__main__":
    main()
