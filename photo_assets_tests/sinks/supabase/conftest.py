"""Fixtures of the Supabase sink's tests."""

from collections.abc import Iterator

import pytest

from photo_assets_tests.services.supabase.cluster import Cluster, running_cluster
from photo_assets_tests.services.supabase.programs import Programs


@pytest.fixture(scope="session")
def cluster(supabase_programs: Programs) -> Iterator[Cluster]:
    """A server whose databases a test makes and drops as it likes."""
    with running_cluster(supabase_programs.postgres) as cluster:
        yield cluster
