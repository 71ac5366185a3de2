"""`photosync ai embed` and `photosync search` as a person runs them."""

import json
from pathlib import Path

import yaml
from PIL import Image, ImageDraw

from photo_assets_tests.ai.models import embedding_settings
from photo_assets_tests.cli.running import Project, make_project

COLORS = ("red", "green", "blue")


def test_pictures_are_found_by_words_and_by_example(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    photos = tmp_path / "photos"
    photos.mkdir()
    for color in COLORS:
        picture = Image.new("RGB", (90, 60), color)
        ImageDraw.Draw(picture).rectangle((5, 5, 20, 10), "gray")
        picture.save(photos / f"{color}.jpg")
    off = project.run_here("search", "red")
    assert off.returncode == 3
    configure(project, photos)
    done = project.run_here("discover")
    assert done.returncode == 0, done.stderr
    early = project.run_here("search", "red")
    assert early.returncode == 3 and "photosync ai embed" in early.stderr
    assert embeddings(project) == ("WARN", "0 photos have a vector", "1 month to compute")
    made = project.run_here("ai", "embed")
    assert made.returncode == 0, made.stderr
    assert "3 photos have a vector of mean color@" in made.stdout
    assert embeddings(project) == ("OK", "3 photos have a vector", "")
    found = project.run_here("search", "red", "--count", "1", "--json")
    (first,) = json.loads(found.stdout)
    assert first["file_name"] == "red.jpg" and first["score"] > 0.9
    shown = project.run_here("search", "blue")
    lines = shown.stdout.splitlines()
    assert "blue.jpg" in lines[1] and len(lines) == 4
    like = json.loads(project.run_here("search", "--like", first["photo_id"], "--json").stdout)
    assert {one["file_name"] for one in like} == {"green.jpg", "blue.jpg"}
    both = project.run_here("search", "red", "--like", first["photo_id"])
    assert both.returncode == 2
    unknown = project.run_here("search", "--like", "nothing")
    assert unknown.returncode == 2 and "not a photo of the collection" in unknown.stderr
    (project.home / "models" / "image.onnx").unlink()
    level, said, _ = embeddings(project)
    assert level == "FAIL" and said.endswith(
        "image.onnx, which `ai.embeddings.model` names, cannot be read."
    )


def embeddings(project: Project) -> tuple[str, str, str]:
    """Return the level of the doctor's check, and the parts of its sentence; `ai status` agrees."""
    done = project.run_here("doctor", "--json")
    (check,) = [one for one in json.loads(done.stdout)["checks"] if one["name"] == "ai.embeddings"]
    status = project.run_here("ai", "status")
    assert status.returncode == 0
    assert f"Embeddings: {check['text'].removesuffix('.')}." in status.stdout
    said, _, rest = check["text"].partition("; ")
    return check["level"], said.partition(" of mean color@")[0], rest


def configure(project: Project, photos: Path) -> None:
    """Name the files of the model as people do, from the folder of photosync.yaml."""
    found = embedding_settings(project.home / "models", text=True)
    found["model"] = "models/image.onnx"
    found["text"] = {"model": "models/text.onnx", "tokenizer": "models/tokenizer.json"}
    project.configure(
        yaml.safe_dump(
            {
                "catalogs": {"folders": {"nas": {"path": str(photos), "settle_seconds": 0}}},
                "ai": {"embeddings": found},
            }
        )
    )
