"""A project with a catalog of each kind of sign-in, at a small service on a socket."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from photo_assets.sign_in.keys import new_key
from photo_assets_tests.cli.running import Project
from photo_assets_tests.services.server import running
from photo_assets_tests.sign_in.service import Service

BROWSER = """
import sys
from photo_assets_tests.sign_in.service import follow
follow(sys.argv[1])
"""


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def url(service: Service) -> Iterator[str]:
    with running(service.app) as address:
        yield address


@pytest.fixture
def key() -> str:
    return new_key()


@pytest.fixture
def box(project: Project, url: str, key: str, tmp_path: Path) -> Project:
    """A project with a catalog of each kind of sign-in, and a browser that follows redirects."""
    (tmp_path / "browser.py").write_text(BROWSER)
    places = f"main: {{endpoint: '{url}'}}"
    project.configure(
        f"catalogs:\n  box_oauth2: {{{places}}}\n  box_oauth1: {{{places}}}\n"
        f"  box_key: {{{places}}}\n"
    )
    return replace(
        project,
        variables={
            "PHOTOSYNC_KEY": key,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "BROWSER": f"{sys.executable} {tmp_path / 'browser.py'} %s",
        },
    )
