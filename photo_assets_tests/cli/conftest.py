"""A project's folder for each test, and one whose catalogs were read, shared by a module."""

from pathlib import Path

import pytest

from photo_assets_tests.cli.running import Project, make_photos, make_project
from photo_assets_tests.services.supabase.fixtures import (
    supabase,
    supabase_programs,
    supabase_stack,
)

__all__ = ["supabase", "supabase_programs", "supabase_stack"]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


@pytest.fixture(scope="session")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project after one whole `photosync discover` on real files; only read from."""
    folder = tmp_path_factory.mktemp("synced")
    project = make_project(folder)
    make_photos(folder / "nas" / "2017", 6)
    make_photos(folder / "card" / "DCIM", 3)  # the same bytes as the first three
    (folder / "nas" / "empty.jpg").touch()
    project.configure(
        f"catalogs:\n  folders:\n    nas: {{path: {folder}/nas, settle_seconds: 0}}\n"
        f"    card: {{path: {folder}/card, settle_seconds: 0}}\n"
        f"    drawer: {{path: {folder}/unplugged}}\n"
    )
    first = project.run("discover")
    (project.home / "first.out").write_text(first.stdout)
    (project.home / "first.err").write_text(first.stderr)
    (project.home / "first.code").write_text(str(first.returncode))
    return project
