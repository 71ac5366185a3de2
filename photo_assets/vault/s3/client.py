"""Making boto3's client for a bucket: which keys, which server, and no behavior of its own.

It repeats nothing, reads no other configuration of this machine, and logs no addresses.
"""

import os
from functools import cache
from typing import Any, Final

from photo_assets.configuration.vault import S3Settings
from photo_assets.service_calls.client_logs import silence_clients
from photo_assets.vault.store import StoreUnavailableError

_CONNECT_S: Final = 10
_REPLY_S: Final = 60
_AUTHORITIES: Final = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")

Client = Any
"""boto3 makes the class of its clients at run time."""


def read_keys(store: str, settings: S3Settings) -> tuple[str, str]:
    """Return the ID of the access key and the secret key. Raises `StoreUnavailableError`."""
    found = []
    for variable in (settings.access_key_env, settings.secret_key_env):
        value = os.environ.get(variable, "").strip()
        if not value:
            raise StoreUnavailableError(
                f"The store `{store}` needs {variable}, which is not set.",
                hint=f"Set {settings.access_key_env} and {settings.secret_key_env} to the key of "
                "the bucket.",
            )
        found.append(value)
    return found[0], found[1]


def make_client(settings: S3Settings, keys: tuple[str, str] | None) -> Client:
    """Return boto3's client; None in place of keys: one that states no identity.

    Raises `StoreUnavailableError` if boto3 is not installed.
    """
    try:
        from botocore import UNSIGNED
        from botocore.config import Config

        session = _session()
    except ImportError:
        raise StoreUnavailableError(
            "The library that reads and writes S3 is not installed.",
            hint="pip install 'photo_assets[s3]' -c deploy/constraints.txt",
        ) from None

    silence_clients()
    access, secret = keys or (None, None)
    # B2 and older servers refuse the checksums that boto3 adds otherwise; an MD5 is sent instead.
    config = Config(
        signature_version=UNSIGNED if keys is None else "s3v4",
        retries={"total_max_attempts": 1},
        connect_timeout=_CONNECT_S,
        read_timeout=_REPLY_S,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        ignore_configured_endpoint_urls=True,
        s3={"addressing_style": "path" if settings.endpoint else "auto"},
    )
    return session.client(
        "s3",
        aws_access_key_id=access,
        aws_secret_access_key=secret,
        region_name=settings.region,
        endpoint_url=settings.endpoint,
        verify=next(filter(None, (os.environ.get(name) for name in _AUTHORITIES)), None),
        config=config,
    )


@cache
def _session() -> Any:
    """Return a session that reads no files of this user; what it loads takes a fifth of a second.

    Raises `ImportError`.
    """
    import boto3
    from botocore.session import Session

    # Of each variable: its name in a file, that of the environment, its value, and a converter.
    no_file = (None, None, os.devnull, None)
    alone = {
        "config_file": no_file,
        "credentials_file": no_file,
        "profile": (None, None, None, None),
    }
    return boto3.Session(botocore_session=Session(session_vars=alone))
