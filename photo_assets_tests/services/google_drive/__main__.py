"""The stand-in as a process: prints its URL, and what to put into photosync.yaml."""

import argparse
import json
import sys
from pathlib import Path

from photo_assets_tests.services.google_drive.samples import fill
from photo_assets_tests.services.google_drive.server import GoogleDriveServer
from photo_assets_tests.services.server import bound_to, serve, url_of


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m photo_assets_tests.services.google_drive")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--files", type=int, default=50, help="how many photos it holds")
    parser.add_argument("--queries-per-minute", type=int, default=0, help="0: unlimited")
    parser.add_argument("--key-file", type=Path, help="write a service account's key there")
    given = parser.parse_args()
    server = GoogleDriveServer()
    fill(server.account, given.files)
    server.drive.queries_per_minute = given.queries_per_minute
    bound = bound_to(given.port)
    server.base_url = url_of(bound)
    if given.key_file is not None:
        key = server.oauth.service_account_key(f"{server.base_url}/token")
        given.key_file.write_text(json.dumps(key))
        given.key_file.chmod(0o600)
        for folder in [f["id"] for f in server.account.files.values() if f["name"] == "2019"]:
            server.account.share(folder, "user", key["client_email"])
    print(
        f"catalogs:\n  google_drive:\n    trial:\n      endpoint: {server.base_url}\n"
        f"client id {server.oauth.client_id}, client secret {server.oauth.client_secret}",
        file=sys.stderr,
    )
    serve(server.app, bound=bound)


if __name__ == "__main__":
    main()
