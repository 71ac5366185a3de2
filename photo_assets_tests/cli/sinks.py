"""A project whose catalogs were read, with sinks to write to: servers that stand in for them."""

import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from photo_assets_tests.cli.running import Project
from photo_assets_tests.services.notion.server import NotionServer

TOKEN = "ntn_WhatNobodyMayReadAnywhere42"
PHOTOS = 6
"""In the collection of the `synced` project."""


def copy_of(
    synced: Project, folder: Path, sinks: str = "", variables: Mapping[str, str] | None = None
) -> Project:
    """Return a copy of a project and its data, with `sinks` (YAML) in its configuration."""
    home = folder / "project"
    shutil.copytree(synced.home, home)
    project = Project(home, synced.user, dict(variables or {}))
    text = (home / "photosync.yaml").read_text()
    project.configure(f"{text}sinks: {{{sinks}}}\n")
    return project


def notion_settings(server: NotionServer, **more: object) -> str:
    """Return settings of the Notion sink that lead to the stand-in."""
    settings = {
        "base_url": server.base_url,
        "parent_page_id": server.root_page_id,
        "requests_per_second": 100,
        **more,
    }
    return f"notion: {{{', '.join(f'{key}: {value}' for key, value in settings.items())}}}"


def writes(server: NotionServer) -> list[str]:
    """Return the calls that changed something there, or tried to."""
    reads = ("/query", "/search")
    return [
        f"{arrival.method} {arrival.path}"
        for arrival in server.log.all()
        if arrival.method != "GET" and not arrival.path.endswith(reads)
    ]


def data_source(server: NotionServer) -> str:
    """Return the id of the only data source."""
    (found,) = server.store.data_sources
    return str(found)


def forget_what_the_service_asked_for(project: Project) -> None:
    """Let the service be called at once, as if the time it wants to be left alone were over."""
    with sqlite3.connect(project.home / "data" / "ledger.sqlite") as ledger:
        ledger.execute("delete from api_throttles")


def leaks(project: Project, secret: str) -> list[Path]:
    """Return the files of the project in which a secret can be read."""
    files = [path for path in project.home.rglob("*") if path.is_file()]
    return [path for path in files if secret.encode() in path.read_bytes()]
