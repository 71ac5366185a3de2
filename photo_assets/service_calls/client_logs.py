"""What client libraries may log: most write addresses, headers and tokens below a warning.

Seen in their releases of 2026: requests-oauthlib and oauthlib log the Authorization header and the
text they sign, urllib3, httpx and google-api-python-client every address with its query. urllib3
also logs, as a warning, the address of a reply with a header line that it cannot read; flickrapi,
as an error, the replies of token requests.
"""

import logging
from typing import Final

_LEVELS: Final = {
    "boto3": logging.WARNING,
    "botocore": logging.WARNING,
    "flickrapi": logging.CRITICAL,
    "google": logging.WARNING,
    "google_auth_httplib2": logging.WARNING,
    "googleapiclient": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpcore2": logging.WARNING,
    "httpx": logging.WARNING,
    "httpx2": logging.WARNING,
    "oauthlib": logging.WARNING,
    "openai": logging.WARNING,
    "requests_oauthlib": logging.WARNING,
    "urllib3": logging.ERROR,
}


def silence_clients() -> None:
    """Let the client libraries log no addresses or secrets, whatever level their root has."""
    for name, level in _LEVELS.items():
        logging.getLogger(name).setLevel(level)
