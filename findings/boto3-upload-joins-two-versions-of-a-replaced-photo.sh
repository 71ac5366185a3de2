#!/usr/bin/env bash
# Expected: upload_file() of boto3 reads the file that it opened. An editor that saves safely, by writing a new file
# and renaming it over the old one, cannot change what an open file holds, so the object is the
# old version or the upload fails.
# Seen: a multipart upload opens the file by name again for each part. Parts after the rename come from
# the new file. The object begins with the old version and ends with the new one, and the upload succeeds;
# checksums (SHA-256 here) are computed for each part from what was just read, so they agree. A new
# version of another length is cut off or fails, one of the same length (tags written into a RAW or TIFF file)
# does not. upload_fileobj() with a file that the program opened keeps to one version.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --only-binary :all: boto3==1.44.8 's3transfer==0.19.3' 'moto[server,s3]==5.2.5'

cd "$work"
"$work/venv/bin/python" - <<'PY'
import logging
import os
from importlib.metadata import version

import boto3
from boto3.s3.transfer import TransferConfig
from moto.server import ThreadedMotoServer

print("boto3", version("boto3"), "s3transfer", version("s3transfer"))
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
server.start()
host, port = server.get_host_and_port()
s3 = boto3.client(
    "s3",
    endpoint_url=f"http://{host}:{port}",
    region_name="us-east-1",
    aws_access_key_id="key",
    aws_secret_access_key="secret",
)
s3.create_bucket(Bucket="photos")
MIB = 1024 * 1024
# One part after the other, so that the moment of the rename is the same in each run.
one_by_one = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB, max_concurrency=1)


def stored(upload):
    """The MiB of the old and of the new version in the object, if the file is replaced after the first part."""
    with open("photo.tif", "wb") as old, open("photo.tif.new", "wb") as new:
        old.write(b"o" * 20 * MIB)
        new.write(b"n" * 20 * MIB)
    sent = 0

    def progress(length):
        nonlocal sent
        sent += length
        if sent >= 5 * MIB and os.path.exists("photo.tif.new"):
            os.replace("photo.tif.new", "photo.tif")

    upload(
        Bucket="photos",
        Key="photo.tif",
        Callback=progress,
        Config=one_by_one,
        ExtraArgs={"ChecksumAlgorithm": "SHA256"},
    )
    content = s3.get_object(Bucket="photos", Key="photo.tif")["Body"].read()
    assert len(content) == 20 * MIB
    return content.count(b"o") // MIB, content.count(b"n") // MIB


def upload_by_name(**arguments):
    s3.upload_file("photo.tif", **arguments)


def upload_open_file(**arguments):
    with open("photo.tif", "rb") as photo:
        s3.upload_fileobj(photo, **arguments)


by_name, open_file = stored(upload_by_name), stored(upload_open_file)
print("upload_file:    %d MiB of the old version, %d MiB of the new one" % by_name)
print("upload_fileobj: %d MiB of the old version, %d MiB of the new one" % open_file)
assert by_name == (5, 15)
assert open_file == (20, 0)
server.stop()
PY
