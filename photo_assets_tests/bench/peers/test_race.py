"""Programs run apart from each other and from the user's home, and none may touch the corpus."""

import json
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from photo_assets_tests.bench.figures import GateError
from photo_assets_tests.bench.peers.race import Command, race


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"picture")
    return folder


@pytest.fixture
def scratch(tmp_path: Path) -> Callable[[str], Path]:
    numbers = count()

    def new(name: str) -> Path:
        made = tmp_path / f"{name}-{next(numbers)}"
        made.mkdir()
        return made

    return new


def program(text: str) -> Command:
    return lambda folder, scratch: [sys.executable, "-c", text, str(folder), str(scratch)]


def test_every_go_has_a_new_home(corpus: Path, scratch: Callable[[str], Path]) -> None:
    """czkawka keeps hashes in its cache folder; the second go would read them there."""
    text = """
import json, os, pathlib, tempfile
cache = pathlib.Path(os.environ["XDG_CACHE_HOME"])
print(json.dumps([os.environ["HOME"], tempfile.gettempdir(), cache.exists()]))
cache.mkdir()
"""
    found = race([("cached", program(text))], corpus, 2, scratch)["cached"]
    home, temporary, cached = json.loads(found.output)
    assert (home, temporary) == (str(found.scratch), str(found.scratch / "tmp"))
    assert not cached
    assert len(found.costs) == 2
    assert all(cost.cpu > 0 and cost.wall > 0 for cost in found.costs)


@pytest.mark.parametrize(
    "harm",
    [
        "(folder / 'results.txt').write_text('mine')",
        "(folder / 'a.jpg').unlink()",
        "(folder / 'a.jpg').write_bytes(b'PICTURE')",
    ],
)
def test_a_program_that_writes_into_the_corpus_fails_the_gate(
    corpus: Path, scratch: Callable[[str], Path], harm: str
) -> None:
    text = f"import pathlib, sys; folder = pathlib.Path(sys.argv[1]); {harm}"
    with pytest.raises(GateError, match="vandal changed the corpus"):
        race([("vandal", program(text))], corpus, 1, scratch)


def test_a_program_that_fails_is_named_and_not_run_again(
    corpus: Path, scratch: Callable[[str], Path]
) -> None:
    broken = ("broken", program("import sys; sys.exit('no codec')"))
    missing: tuple[str, Command] = ("missing", lambda _folder, _scratch: ["/nonexistent/program"])
    found = race([broken, missing, ("good", program("print(1)"))], corpus, 2, scratch)
    assert found["broken"].failure == "ended with 1: no codec"
    assert len(found["broken"].costs) == 1
    assert "FileNotFoundError" in str(found["missing"].failure)
    assert (found["good"].failure, len(found["good"].costs)) == (None, 2)
