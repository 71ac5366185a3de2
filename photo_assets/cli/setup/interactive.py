"""The output of the search: catalogs as they are found, then omitted ones with reasons."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from photo_assets.catalogs.recognition import FoundCatalog, LeftOut
from photo_assets.cli.setup.document import representable
from photo_assets.cli.setup.search import Search
from photo_assets.cli.setup.search_roots import search_roots
from photo_assets.cli.terminal import make_console, say, shown
from photo_assets.model.wording import counted

_SHOW_SECONDS = 0.2


def search_catalogs(paths: Sequence[Path], seconds: float, data_dir: Path) -> list[FoundCatalog]:
    """Search the usual folders (or `paths`) and return the catalogs in the order found.

    A folder that contains `data_dir`, to which photosync writes, is left out.
    """
    roots = search_roots(paths, Path.home())
    say(
        "Searching for catalogs in "
        + (", ".join(shown(root.path) for root in roots) or "no folder")
    )
    found: list[FoundCatalog] = []
    left_out: list[LeftOut] = []
    search = Search(deadline=time.monotonic() + seconds)
    console = make_console(sys.stderr)
    with console.status("searching ...") as status:
        shown_at = 0.0

        def entered(path: str) -> None:
            nonlocal shown_at
            if time.monotonic() - shown_at > _SHOW_SECONDS:
                shown_at = time.monotonic()
                status.update(f"searching {shown(path)[:100]}")

        search.on_folder = entered
        for finding in search.run(roots):
            if isinstance(finding, LeftOut):
                left_out.append(finding)
                continue
            found.append(finding)
            say(f"  found {finding.source}: {shown(finding.path)} ({finding.summary})")
    good, bad = representable(found, data_dir)
    _say_rest([*left_out, *bad], search)
    return good


def _say_rest(left_out: Sequence[LeftOut], search: Search) -> None:
    by_reason: dict[str, list[str]] = {}
    for item in left_out:
        by_reason.setdefault(item.reason, []).append(item.path)
    for reason, paths in by_reason.items():
        more = f" and {len(paths) - 3:,} more" if len(paths) > 3 else ""
        say(f"  left out, {reason}: {', '.join(shown(path) for path in paths[:3])}{more}")
    for path in search.cut:
        say(
            f"  time ran out in {shown(path)}; to search it longer: --path {shown(path)} "
            "--seconds 600"
        )
    say(f"Searched {counted(search.folders, 'folder')}.")
