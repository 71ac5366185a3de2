"""pyproject.toml matches the code: declared packages are imported, and imported ones declared.

Also that the versions tested together satisfy it, and that every requirement has a lowest version.
"""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, files, packages_distributions, requires
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name as canonical
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONSTRAINTS = (ROOT / "deploy" / "constraints.txt").read_text(encoding="utf-8")

NOT_IMPORTED = {
    "tzdata": "zoneinfo reads it, where the system has no time zones or older ones",
    "pyvips-binary": "the libvips that pyvips loads",
}
"""Runtime requirements that no module imports, and why they are needed."""

BROUGHT = {
    "botocore": "boto3 requires one version of it",
    "httpx2": "openai requires it, and its errors are causes of those of openai",
    "pydantic-core": "pydantic requires one version of it",
    "postgrest": "supabase requires one version of it",
    "urllib3": "requests requires it, and its errors are causes of those of requests",
}
"""What is imported and comes with a requirement of ours, and why no version is asked for."""

NOT_EVERYWHERE = {"joblib", "narwhals", "zipp"}
"""Pinned packages that only what `make bench` installs requires, or only Python 3.11."""


def required(group: str | None = None) -> list[Requirement]:
    project = PROJECT["project"]
    listed = project["dependencies"] if group is None else project["optional-dependencies"][group]
    return [Requirement(text) for text in listed]


RUNTIME = {canonical(one.name) for one in required()}
EXTRAS = {
    group: {canonical(one.name) for one in required(group)}
    for group in PROJECT["project"]["optional-dependencies"]
}


@cache
def imported(folder: str) -> dict[str, set[str]]:
    """The distributions that the modules below a folder import, and where."""
    found: dict[str, set[str]] = {}
    owners = packages_distributions()
    for path in sorted((ROOT / folder).rglob("*.py")):
        for name in _modules(ast.parse(path.read_text(encoding="utf-8"))):
            top = name.partition(".")[0]
            if top in sys.stdlib_module_names or top.startswith("photo_assets"):
                continue
            for owner in _holding(name, frozenset(owners.get(top, ()))):
                found.setdefault(canonical(owner), set()).add(str(path.relative_to(ROOT)))
    return found


@cache
def _holding(module: str, owners: frozenset[str]) -> frozenset[str]:
    """Those distributions that hold a module; several may share a top name, such as `google`."""
    if len(owners) < 2:
        return owners
    path = module.replace(".", "/")
    return frozenset(
        one for one in owners if any(str(f).startswith(path) for f in files(one) or ())
    )


def _modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (one.name for one in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module


def test_every_runtime_requirement_is_imported_by_the_product() -> None:
    assert RUNTIME - imported("photo_assets").keys() == NOT_IMPORTED.keys()


def test_every_extra_has_code() -> None:
    product = imported("photo_assets")
    for group in EXTRAS.keys() - {"dev", "bench"}:
        assert product.keys() >= EXTRAS[group], group


def test_whatever_the_product_imports_is_declared() -> None:
    product = imported("photo_assets")
    declared = RUNTIME.union(*(EXTRAS[group] for group in EXTRAS.keys() - {"dev", "bench"}))
    undeclared = {name: product[name] for name in product.keys() - declared - BROUGHT.keys()}
    assert undeclared == {}


def test_whatever_the_tests_import_is_declared() -> None:
    declared = RUNTIME.union(*EXTRAS.values())
    found = imported("photo_assets_tests")
    assert {name: found[name] for name in found.keys() - declared - BROUGHT.keys()} == {}


def pinned() -> dict[str, str]:
    lines = (line for line in CONSTRAINTS.splitlines() if line and not line.startswith("#"))
    pairs = (line.split("==") for line in lines)
    return {canonical(name): version for name, version in pairs}


@pytest.mark.parametrize("group", [None, *EXTRAS])
def test_the_versions_tested_together_are_allowed(group: str | None) -> None:
    versions = pinned()
    for one in required(group):
        assert one.specifier.contains(versions[canonical(one.name)]), one


def test_constraints_hold_no_address_and_no_leftovers() -> None:
    assert not re.search(r"://|--", CONSTRAINTS)
    assert len(pinned()) == len(CONSTRAINTS.splitlines()) - 1
    wanted = [*RUNTIME.union(*EXTRAS.values()), "setuptools", "imagededup"]
    needed: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name not in needed:
            needed.add(name)
            wanted += [canonical(Requirement(text).name) for text in _required_by(name)]
    assert pinned().keys() - needed <= NOT_EVERYWHERE


def _required_by(name: str) -> list[str]:
    """What an installed package requires, its extras included."""
    try:
        return requires(name) or []
    except PackageNotFoundError:  # of another platform, or for `make bench` alone
        return []


@pytest.fixture(scope="module")
def floors() -> dict[str, Version]:
    """What `make test-floors` installs."""
    program = ROOT / "deploy" / "floors.py"
    said = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, check=True
    )
    pairs = (line.split("==") for line in said.stdout.splitlines())
    return {canonical(name): Version(version) for name, version in pairs}


def test_every_requirement_has_a_lowest_version_that_it_allows(floors: dict[str, Version]) -> None:
    assert floors.keys() == RUNTIME.union(*EXTRAS.values())
    for group in (None, *EXTRAS):
        for one in required(group):
            assert one.specifier.contains(floors[canonical(one.name)]), one


@pytest.mark.parametrize(
    ("name", "least"),
    [("sqlalchemy", "2.0.31"), ("pillow", "12.3"), ("pillow-heif", "1.8.1"), ("rawpy", "0.28")],
)
def test_versions_with_published_flaws_are_not_allowed(
    name: str, least: str, floors: dict[str, Version]
) -> None:
    """SQLAlchemy's is none: 2.0.30 does not import on Python 3.13."""
    assert floors[name] >= Version(least)
