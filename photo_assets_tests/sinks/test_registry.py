"""Only a sink's own folder and the list of sinks contain its name."""

import re
from pathlib import Path

import photo_assets
from photo_assets.sinks.registry import SPECS

# The tuple; where an earlier version had a mirror; the sample's stand-in, which is for one sink; the
# copies of albums' names, which are changed together with those at the service.
NAMED = {
    *("sinks/registry.py", "lake/upgrading.py", "cli/sample_sinks.py"),
    *("albums/supabase.py", "albums/running.py"),
    *("cli/commands/albums.py", "defs/sink/album_names.py"),
}


def test_no_other_module_names_a_sink() -> None:
    root = Path(photo_assets.__file__).parent
    for spec in SPECS:
        word = re.compile(rf"{spec.name}(?!_client)", re.IGNORECASE)
        naming = {
            path.relative_to(root).as_posix()
            for path in root.rglob("*.py")
            if spec.name not in path.relative_to(root).parts[:2] and word.search(path.read_text())
        }
        assert naming - NAMED <= {"configuration/redaction.py"}, naming  # forms of secrets
