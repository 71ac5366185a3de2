"""The sample's accounts at online services: local stand-ins, and the configuration that names them.

The stand-ins are part of the source tree, not of an installation: without them the sample has its
local catalogs only. No account is used and nothing leaves this machine.
"""

import contextlib
import json
import os
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.request import urlopen

import photo_assets
from photo_assets.cli.terminal import say
from photo_assets.configuration.loading import CONFIG_NAME, find_configuration
from photo_assets.configuration.project_folders import sample_root
from photo_assets.model.errors import ConfigurationError
from photo_assets.sign_in.errors import KEY_VARIABLE
from photo_assets.system.file_lock import file_lock, is_locked

if TYPE_CHECKING:
    from photo_assets.workspace import Workspace

_MODULE: Final = "photo_assets_tests.services.sample"
_END_SECONDS: Final = 10.0
_HEAD: Final = """\
# Written by `photosync demo`. Your own photosync.yaml takes precedence over this one.
data_dir: ../demo
"""
# It hides nothing: what it encrypts opens only the stand-ins.
_KEY: Final = urlsafe_b64encode(b"the sign-ins of the demo: public").decode()

_SignIns = Mapping[str, Mapping[str, Any]]
"""Source -> the values of the sign-in, with the `endpoint`, of its one catalog."""


def sample_folder() -> Path:
    """Return the folder of the sample's catalogs."""
    return sample_root() / "library"


def use_sample_key() -> None:
    """Use the key of the sample's sign-ins in this process and its children."""
    os.environ[KEY_VARIABLE] = _KEY


@contextlib.contextmanager
def sample_reachable() -> Iterator[None]:
    """Run the sample's online services for the block if the sample's photosync.yaml is used."""
    configuration = sample_root() / CONFIG_NAME
    with contextlib.ExitStack() as stack:
        # An invalid configuration is reported by the command.
        with contextlib.suppress(ConfigurationError):
            if find_configuration() == configuration and sample_folder().is_dir():
                stack.enter_context(services_running(sample_folder(), configuration))
        yield


@contextlib.contextmanager
def services_running(library: Path, configuration: Path) -> Iterator[None]:
    """Run the online services of the sample at `library` for the block.

    Writes `configuration`, which states where they are, and signs in to them. If another process
    runs them already, such as `photosync ui`, those are used as long as it runs.
    """
    lock = library.with_name("services.lock")  # held by the process that runs them
    if lock.exists() and is_locked(lock):
        use_sample_key()
        yield
        return
    from photo_assets.library import open_workspace
    from photo_assets.sample import sample_configuration
    from photo_assets.sample.online import ACCOUNT
    from photo_assets.system.durable import write_bytes

    with file_lock(lock), _stand_ins(library) as sign_ins:
        if sign_ins:
            names = ", ".join(sorted(sign_ins))
            say(f"The sample's accounts are in local stand-ins for {names}.", error=True)
        endpoints = {source: str(values["endpoint"]) for source, values in sign_ins.items()}
        # Its paths are absolute: after the project was moved, they must be written again.
        text = (_HEAD + sample_configuration(library, endpoints)).encode()
        if not configuration.is_file() or configuration.read_bytes() != text:
            write_bytes(configuration, text)
        workspace = open_workspace(configuration)
        for source, values in sign_ins.items():
            workspace.credentials.write(source, ACCOUNT, values)
        if "google_photos" in sign_ins:
            pick_everything(workspace, ACCOUNT)
        yield


def pick_everything(workspace: "Workspace", name: str) -> None:
    """Pick in the stand-in of Google Photos, in place of a person, unless that was done before.

    Its page counts as done when it is opened.
    """
    from photo_assets.catalogs.google_photos.catalog import google_photos_picker, picks_of
    from photo_assets.catalogs.google_photos.settings import GooglePhotosSettings

    settings = workspace.settings.catalogs.of("google_photos")[name]
    if picks_of(name, workspace).names() or not isinstance(settings, GooglePhotosSettings):
        return
    with google_photos_picker(name, settings, workspace).session() as picking:
        if picking.address is not None:
            with urlopen(picking.address):  # noqa: S310 - of the stand-in on this machine
                pass
        picking.collect(lambda _seconds: None, lambda _listed: None)


@contextlib.contextmanager
def _stand_ins(library: Path) -> Iterator[_SignIns]:
    """Run the stand-ins for the block; yield nothing where there are none.

    Their sign-ins are encrypted with a key of their own, which this process and its children use
    from then on.
    """
    source = Path(photo_assets.__file__).parents[1]
    if not source.joinpath(*_MODULE.split("."), "__main__.py").is_file():
        yield {}
        return
    use_sample_key()
    with subprocess.Popen(
        [sys.executable, "-m", _MODULE, str(library)],
        cwd=source,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for this process, which then ends that one
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                say("The stand-ins for online services did not start.", error=True)
                say("  The sample has its local catalogs only.", error=True)
            yield json.loads(line) if line else {}
        finally:
            process.stdin.close()  # they end with their input, also where this process is killed
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
