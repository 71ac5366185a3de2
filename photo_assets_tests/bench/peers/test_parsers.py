"""What peers print is understood. The texts were printed by jdupes 1.21.3, rdfind 1.5.0, rmlint 2.9.0
and findimagedupes 2.20.1 over two pictures with a copy each; only the folder's name is another one.
"""

from pathlib import Path

import pytest

from photo_assets_tests.bench.peers.parsers import (
    parse_duplicates,
    parse_findimagedupes,
    parse_groups,
    parse_jdupes,
    parse_rdfind,
    parse_rmlint,
)

A, AGAIN = Path("/photos/a.jpg"), Path("/photos/sub/a again.jpg")
B, SMALL = Path("/photos/b.jpg"), Path("/photos/sub/b small é.jpg")

JDUPES = """{
  "jdupesVersion": "1.21.3",
  "jdupesVersionDate": "2023-02-09",
  "commandLine": "jdupes -q -r -j /photos",
  "extensionFlags": "fsdedup",
  "matchSets": [
    {
      "fileSize": 6218,
      "fileList": [
        { "filePath": "/photos/a.jpg" },
        { "filePath": "/photos/sub/a again.jpg" }
      ]
    }
  ]
}
"""
RDFIND = """# Automatically generated
# duptype id depth size device inode priority name
DUPTYPE_FIRST_OCCURRENCE 1 0 6218 65024 2461514 7 /photos/a.jpg
DUPTYPE_WITHIN_SAME_TREE -1 1 6218 65024 2461541 7 /photos/sub/a again.jpg
# end of file
"""
RMLINT = """[
{
  "description": "rmlint json-dump of lint files",
  "cwd": "/scratch/",
  "args": "rmlint -T df -o json:stdout /photos",
  "version": "2.9.0",
  "rev": "2.5~deb12u1",
  "progress": 0,
  "checksum_type": "blake2b"
}, {
  "id": 3001139791,
  "type": "duplicate_file",
  "progress": 100,
  "checksum": "edc3c0dae0bfebed06d526cfacf6cd10",
  "path": "/photos/a.jpg",
  "size": 6218,
  "twins": 2,
  "depth": 1,
  "inode": 2461514,
  "disk_id": 65024,
  "is_original": true,
  "mtime": 1795562786.6540387
}, {
  "id": 3767038892,
  "type": "duplicate_file",
  "progress": 100,
  "checksum": "edc3c0dae0bfebed06d526cfacf6cd10",
  "path": "/photos/sub/a again.jpg",
  "size": 6218,
  "twins": 2,
  "depth": 2,
  "inode": 2461541,
  "disk_id": 65024,
  "is_original": false,
  "mtime": 1795562786.7122285
}, {
  "aborted": false,
  "progress": 100,
  "total_files": 4,
  "ignored_files": 0,
  "ignored_folders": 0,
  "duplicates": 1,
  "duplicate_sets": 1,
  "total_lint_size": 6218
}]
"""
FINDIMAGEDUPES = """/photos/b.jpg /photos/sub/b small é.jpg
/photos/a.jpg /photos/sub/a again.jpg
"""


def test_jdupes() -> None:
    assert parse_jdupes(JDUPES) == [[A, AGAIN]]
    assert parse_jdupes("") == []


def test_rdfind() -> None:
    assert parse_rdfind(RDFIND) == [[A, AGAIN]]
    with pytest.raises(ValueError, match="not a line"):
        parse_rdfind("DUPTYPE_FIRST_OCCURRENCE 1 0")


def test_rmlint() -> None:
    assert parse_rmlint(RMLINT) == [[A, AGAIN]]


def test_findimagedupes_prints_spaces_within_and_between_names() -> None:
    assert parse_findimagedupes(FINDIMAGEDUPES, Path("/photos")) == [[B, SMALL], [A, AGAIN]]
    with pytest.raises(ValueError, match="not a group"):
        parse_findimagedupes("Warning: no pictures", Path("/photos"))


def test_python_libraries_may_talk_before_the_groups() -> None:
    said = 'hashing ...\n[["/photos/b.jpg", "/photos/sub/b small \\u00e9.jpg"]]\n'
    assert parse_groups(said) == [[B, SMALL]]


def test_our_own_duplicates() -> None:
    said = """{"groups": [{"bytes": 6218, "files": [
        ["/photos/a.jpg", "/photos/another name of a.jpg"], ["/photos/sub/a again.jpg"]]}],
        "files": 4, "bytes": 20000, "copies": 1, "bytes_in_copies": 6218,
        "unreadable": [], "changed": []}"""
    assert parse_duplicates(said) == [[A, AGAIN]]
    assert parse_duplicates('{"groups": []}') == []
