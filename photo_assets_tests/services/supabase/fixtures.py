"""The stack as fixtures: one a session, emptied for each test that asks for `supabase`.

What serves is imported where it is started: every test run meets this module.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from photo_assets_tests.services.supabase.programs import HOW, Programs, find_programs

if TYPE_CHECKING:
    from photo_assets_tests.services.supabase.stack import Stack


@pytest.fixture(scope="session")
def supabase_programs() -> Programs:
    """The stack's programs; skips where they are missing."""
    programs = find_programs()
    if programs is None:
        pytest.skip(f"no Supabase stack here; {HOW}")
    return programs


@pytest.fixture(scope="session")
def supabase_stack(supabase_programs: Programs) -> "Iterator[Stack]":
    """A project that lives as long as the test run."""
    from photo_assets_tests.services.supabase.stack import running_stack

    with running_stack(supabase_programs) as stack:
        yield stack


@pytest.fixture
def supabase(supabase_stack: "Stack") -> "Stack":
    """The same project, migrated, with empty tables and without faults."""
    supabase_stack.reset()
    return supabase_stack
