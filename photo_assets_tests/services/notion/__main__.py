"""The stand-in as a process: prints its URL, the token and the id of the shared page."""

import argparse
import sys

from photo_assets.sample.notion.settings import Settings
from photo_assets_tests.services.notion.server import NotionServer
from photo_assets_tests.services.server import bound_to, serve, url_of


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m photo_assets_tests.services.notion")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--token", default="ntn_test")
    parser.add_argument("--seed", type=int, default=1, help="of ids")
    parser.add_argument("--rate", type=float, help="requests per second on average")
    parser.add_argument("--burst", type=int, default=3)
    parser.add_argument("--query-delay", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--block-limit", type=int, help="pages and databases that may be made")
    parser.add_argument("--schema-bytes", type=int, help="size limit of a data source's properties")
    given = parser.parse_args()
    server = NotionServer(
        Settings(
            token=given.token,
            seed=given.seed,
            requests_per_second=given.rate,
            rate_burst=given.burst,
            query_delay=given.query_delay,
            block_limit=given.block_limit,
            schema_bytes=given.schema_bytes,
        )
    )
    bound = bound_to(given.port)
    server.base_url = server.store.base_url = url_of(bound)
    print(f"token {given.token}, shared page {server.root_page_id}", file=sys.stderr)
    serve(server.app, bound=bound)


if __name__ == "__main__":
    main()
