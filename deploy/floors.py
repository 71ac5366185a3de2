"""The lowest versions that pyproject.toml allows, printed as constraints for `make test-floors`.

Needs nothing but Python. A requirement that names no lowest version is an error.
"""

import re
import sys
import tomllib
from pathlib import Path

_REQUIREMENT = re.compile(r"([\w.-]+)(?:\[[^]]*\])?\s*(?:>=|==)\s*([\w.]+)")


def floors(pyproject: str) -> dict[str, str]:
    """Return the lowest version of each package that the text of a pyproject.toml names.

    Raises ValueError where it names none.
    """
    project = tomllib.loads(pyproject)["project"]
    lowest: dict[str, str] = {}
    for requirement in (*project["dependencies"], *_optional(project)):
        found = _REQUIREMENT.match(requirement)
        if found is None:
            raise ValueError(f"{requirement!r} names no lowest version.")
        name, version = found.groups()
        if lowest.setdefault(name, version) != version:
            raise ValueError(f"{name} has two lowest versions: {lowest[name]} and {version}.")
    return lowest


def _optional(project: dict[str, dict[str, list[str]]]) -> list[str]:
    return [one for group in project["optional-dependencies"].values() for one in group]


if __name__ == "__main__":
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    sys.stdout.writelines(f"{name}=={version}\n" for name, version in floors(text).items())
