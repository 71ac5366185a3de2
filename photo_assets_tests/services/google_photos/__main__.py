"""The stand-in as a process: prints its URL, and what to write into photosync.yaml."""

import argparse
import sys

from photo_assets_tests.services.google_photos.server import GooglePhotosServer
from photo_assets_tests.services.server import bound_to, serve, url_of


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m photo_assets_tests.services.google_photos")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--photos", type=int, default=120, help="how many are picked on the page")
    parser.add_argument("--waits", action="store_true", help="the page waits; pick nothing")
    given = parser.parse_args()
    server = GooglePhotosServer()
    ids = [server.library.add_photo() for _ in range(given.photos)]
    server.library.opening = None if given.waits else tuple(ids)
    bound = bound_to(given.port)
    server.picker.base_url = url_of(bound)
    print(
        f"catalogs:\n  google_photos:\n    trial:\n      endpoint: {url_of(bound)}\n"
        f"export GOOGLE_CLIENT_ID={server.oauth.client_id} "
        f"GOOGLE_CLIENT_SECRET={server.oauth.client_secret}\n"
        "then: photosync auth google_photos; photosync pick google_photos",
        file=sys.stderr,
    )
    serve(server.app, bound=bound)


if __name__ == "__main__":
    main()
