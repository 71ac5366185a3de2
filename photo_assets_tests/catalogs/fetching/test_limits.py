"""The scratch space holds its limit with parallel workers, and survives a killed process."""

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from photo_assets_tests.catalogs.fetching.library import FAST, Library, watched
from photo_assets_tests.identity.availability.world import jpeg
from photo_assets_tests.identity.fingerprints.material import even_png
from photo_assets_tests.services.faults import Fault, FaultKind, Step
from photo_assets_tests.services.immich.server import KEY, ImmichServer
from photo_assets_tests.time_limit import PATIENCE_S

_RUN = """
import json, sys
from pathlib import Path
from photo_assets_tests.catalogs.fetching.library import Library
Library(Path(sys.argv[1]), json.loads(sys.argv[2])).fingerprint()
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ImmichServer]:
    monkeypatch.setenv("IMMICH_API_KEY", KEY)
    with ImmichServer().running() as server:
        yield server


def library_of(server: ImmichServer, folder: Path, **fingerprints: int) -> Library:
    home = {"endpoint": server.base_url, "fetch": "identify", **FAST}
    return Library(folder, {"immich": {"home": home}}, **fingerprints)


def large(seed: int) -> bytes:
    """Return a picture of about 400 KB."""
    return even_png(8, 8) + np.random.default_rng(seed).bytes(400_000)


def test_parallel_downloads_stay_within_the_limit(server: ImmichServer, tmp_path: Path) -> None:
    library = library_of(server, tmp_path, fetch_mib=1, workers=4)
    contents = {
        server.store.add_external(f"/mnt/{number}.png", large(number)): large(number)
        for number in range(8)
    }
    library.read()
    with watched(library.workspace.scratch / "fetch") as sizes:
        (run,) = library.fingerprint()
    assert run.computed == len(contents)
    assert 400_000 <= max(sizes) <= 1 << 20
    assert {key: row["sha256"] for key, row in library.rows().items()} == {
        key: hashlib.sha256(content).digest() for key, content in contents.items()
    }


def test_one_that_exceeds_the_limit_is_named_and_the_others_go_on(
    server: ImmichServer, tmp_path: Path
) -> None:
    library = library_of(server, tmp_path, fetch_mib=1)
    huge = server.store.add_external("/mnt/a.png", large(1) * 3)
    server.store.add_external("/mnt/b.jpg", jpeg(1))
    (run,) = library.sync()
    assert (run.failed, run.computed, run.bytes_fetched) == (1, 1, len(jpeg(1)))
    row = library.rows()[huge]
    assert row["reason"] == "too_large_to_fetch"
    assert "fingerprints.fetch_mib" in row["detail"]


def test_a_process_killed_during_a_download_loses_nothing_and_leaves_nothing(
    server: ImmichServer, tmp_path: Path
) -> None:
    library = library_of(server, tmp_path)
    keys = [server.store.add_external(f"/mnt/{n}.jpg", jpeg(n)) for n in range(4)]
    library.read()
    slow = Fault(FaultKind.SLOW, delay=PATIENCE_S)
    server.faults.script(Step(slow, path=f"{keys[2]}/original$"))
    command = [sys.executable, "-c", _RUN, str(tmp_path), json.dumps(library.catalogs)]
    with subprocess.Popen(command) as process:
        ends = time.monotonic() + PATIENCE_S
        while not any(one.fault for one in server.log.all()) or not library.scratch:
            assert process.poll() is None
            assert time.monotonic() < ends
            time.sleep(0.01)
        process.kill()
    assert library.scratch
    (run,) = library.fingerprint()
    assert run.computed + run.cached == len(keys)
    assert {row["sha256"] for row in library.rows().values()} == {
        hashlib.sha256(jpeg(n)).digest() for n in range(4)
    }
