"""What client libraries may log: below a warning they write addresses, headers and tokens.

Seen in their releases of 2026: requests-oauthlib and oauthlib log the Authorization header and the
text they sign, urllib3, httpx and google-api-python-client every address with its query, flickrapi
at ERROR the replies of token requests.
"""

import logging
from typing import Final

_LEVELS: Final = {
    "flickrapi": logging.CRITICAL,
    "google": logging.WARNING,
    "google_auth_httplib2": logging.WARNING,
    "googleapiclient": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "oauthlib": logging.WARNING,
    "requests_oauthlib": logging.WARNING,
    "urllib3": logging.WARNING,
}


def silence_clients() -> None:
    """Let the client libraries log no more than warnings, whatever level their root has."""
    for name, level in _LEVELS.items():
        logging.getLogger(name).setLevel(level)
