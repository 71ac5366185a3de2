"""A store in a bucket beside one in a folder, as a person uses them."""

import json
from pathlib import Path

import pytest

from photo_assets.model.errors import ExitCode
from photo_assets_tests.cli.running import Project, make_photos
from photo_assets_tests.services.seaweedfs.server import ACCESS, SECRET, SeaweedFS


@pytest.fixture
def vault(project: Project, tmp_path: Path, seaweedfs: SeaweedFS) -> Project:
    """Two photos, and two stores that do not exist yet."""
    project.variables.update(BUCKET_KEY_ID=ACCESS, BUCKET_KEY=SECRET)
    make_photos(tmp_path / "photos", 2)
    bucket = {"bucket": seaweedfs.bucket(), "prefix": "vault", "endpoint": seaweedfs.http}
    keys = {"access_key_env": "BUCKET_KEY_ID", "secret_key_env": "BUCKET_KEY"}
    keys["requests_per_second"] = "1000"
    project.configure(
        json.dumps(
            {
                "catalogs": {
                    "folders": {"nas": {"path": str(tmp_path / "photos"), "settle_seconds": 0}}
                },
                "vault": {
                    "copies": 2,
                    "stores": {
                        "home": {"folder": str(tmp_path / "home")},
                        "cloud": {"s3": {**bucket, **keys}},
                    },
                },
            }
        )
    )
    return project


def filled(vault: Project) -> str:
    """Create the stores and copy the photos there; return the name of the bucket."""
    done = vault.run_here("vault", "create")
    assert done.returncode == ExitCode.OK, done.stderr
    bucket = done.stdout.split("s3://")[1].split("/")[0]
    assert f"cloud: s3://{bucket}/vault/ created.\n" in done.stdout
    done = vault.run_here("discover", "--json")
    assert done.returncode == ExitCode.OK, done.stderr
    assert json.loads(done.stdout)["months_written"]["vault/originals"] == 1
    return bucket


def damage_one(seaweedfs: SeaweedFS, bucket: str) -> None:
    client = seaweedfs.client()
    listed = client.list_objects_v2(Bucket=bucket, Prefix="vault/blobs/")["Contents"]
    client.put_object(Bucket=bucket, Key=listed[0]["Key"], Body=b"damaged")


def test_from_an_empty_bucket_to_safe_to_delete(
    vault: Project, tmp_path: Path, seaweedfs: SeaweedFS
) -> None:
    bucket = filled(vault)
    safe = vault.run_here("copies", str(tmp_path / "photos"))
    assert (safe.returncode, safe.stdout.split(" (")[0]) == (0, "Safe to delete: 2 files")
    damage_one(seaweedfs, bucket)
    assert vault.run_here("copies", str(tmp_path / "photos")).returncode == ExitCode.ATTENTION


def test_doctor_says_what_the_service_supports_and_what_is_wrong(vault: Project) -> None:
    vault.run_here("vault", "create")
    checks = json.loads(vault.run_here("doctor", "--json").stdout)["checks"]
    (line,) = (one for one in checks if one["name"] == "vault.stores.cloud")
    assert line["level"] == "OK"
    assert "it refuses to overwrite" in line["text"]
    vault.variables["BUCKET_KEY"] = "not-the-secret"
    told = vault.run_here("doctor").stdout
    assert "Check the secret key in BUCKET_KEY" in told
    assert "not-the-secret" not in told
    assert SECRET not in told


@pytest.mark.slow
def test_fsck_repairs_a_copy_in_a_bucket(
    vault: Project, tmp_path: Path, seaweedfs: SeaweedFS
) -> None:
    """Slow: two requests for each of 256 parts, which wait for the disk of the ledger."""
    bucket = filled(vault)
    damage_one(seaweedfs, bucket)
    checked = vault.run_here("fsck", "--store", "cloud", "--repair")
    assert checked.returncode == ExitCode.OK, checked.stdout
    assert "replaced from the store home" in checked.stdout
    assert vault.run_here("copies", str(tmp_path / "photos")).returncode == ExitCode.OK
    aside = seaweedfs.client().list_objects_v2(Bucket=bucket, Prefix="vault/aside/")["Contents"]
    assert [one["Size"] for one in aside] == [len(b"damaged")]
