"""The endpoint as a process of its own: `python -m photo_assets_tests.services.openai`."""

import sys

from photo_assets_tests.services.openai.app import Endpoint, build_app
from photo_assets_tests.services.server import serve

if __name__ == "__main__":
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    serve(build_app(Endpoint(bad_share=share, keep=False)))
