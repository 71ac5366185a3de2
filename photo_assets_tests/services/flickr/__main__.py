"""The stand-in as a process: prints its URL, and what to write into photosync.yaml."""

import argparse
import sys

from photo_assets_tests.services.flickr.account import Account
from photo_assets_tests.services.flickr.server import PER_HOUR, FlickrServer
from photo_assets_tests.services.server import bound_to, serve, url_of


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m photo_assets_tests.services.flickr")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--photos", type=int, default=12, help="photos in the account")
    parser.add_argument("--free", action="store_true", help="a free account: no originals")
    parser.add_argument("--per-hour", type=int, default=PER_HOUR, help="calls allowed per hour")
    given = parser.parse_args()
    account = Account(pro=not given.free)
    ids = [
        account.add_photo(title=f"Photo {number}", tags=("Sample",), public=number % 2 == 0)
        for number in range(given.photos)
    ]
    account.add_set("All", ids)
    server = FlickrServer(account, per_hour=given.per_hour)
    bound = bound_to(given.port)
    keys = server.keys
    print(
        f"catalogs:\n  flickr:\n    sample:\n      endpoint: {url_of(bound)}\n"
        f"To sign in: FLICKR_API_KEY={keys.api_key} FLICKR_API_SECRET={keys.api_secret} "
        "photosync auth flickr sample",
        file=sys.stderr,
    )
    serve(server.app, bound=bound)


if __name__ == "__main__":
    main()
