"""The stand-in as a process: prints its URL, and what to write into photosync.yaml."""

import argparse
import sys
from datetime import datetime, timedelta

from photo_assets_tests.services.immich.server import KEY, ImmichServer
from photo_assets_tests.services.server import bound_to, serve, url_of


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m photo_assets_tests.services.immich")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--photos", type=int, default=50)
    given = parser.parse_args()
    server = ImmichServer()
    for number in range(given.photos):
        taken = datetime(2020, 1, 1, 12) + timedelta(days=number)
        server.store.add(f"IMG_{number:04}.jpg", taken=taken)
    server.store.put_album("Holidays", list(server.store.assets)[:10])
    bound = bound_to(given.port)
    print(
        f"catalogs:\n  immich:\n    main:\n      endpoint: {url_of(bound)}\n"
        f"# and in the environment: IMMICH_API_KEY={KEY}",
        file=sys.stderr,
    )
    serve(server.app, bound=bound)


if __name__ == "__main__":
    main()
