"""The stand-in as a process: prints its URL, and what to write into photosync.yaml."""

import argparse
import sys

from photo_assets_tests.services.server import bound_to, serve, url_of
from photo_assets_tests.services.smugmug.server import SmugMugServer
from photo_assets_tests.services.smugmug.settings import Settings


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m photo_assets_tests.services.smugmug")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--albums", type=int, default=3, help="how many the account has")
    parser.add_argument("--images", type=int, default=4, help="how many each album has")
    parser.add_argument("--window-calls", type=int, default=0, help="requests a minute; 0: any")
    given = parser.parse_args()
    server = SmugMugServer(Settings(window_calls=given.window_calls))
    for number in range(given.albums):
        album = server.library.add_album(f"Album {number + 1}")
        for image in range(given.images):
            taken = f"{2000 + number % 25}-{1 + image % 12:02}-{1 + image % 28:02}T12:00:00"
            name = f"DSC_{number + 1}{image + 1:03}.jpg"
            server.library.add_image(album, name, metadata={"DateTimeCreated": taken})
    bound = bound_to(given.port)
    settings = server.settings
    print(
        f"export SMUGMUG_API_KEY={settings.api_key} SMUGMUG_API_SECRET={settings.api_secret}\n"
        f"catalogs:\n  smugmug:\n    stand-in:\n      endpoint: {url_of(bound)}\n"
        "then: photosync auth smugmug; the page at the address it prints shows the code",
        file=sys.stderr,
    )
    serve(server.app, bound=bound)


if __name__ == "__main__":
    main()
