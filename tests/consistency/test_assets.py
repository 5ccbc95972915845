"""Rules of what others wrote and we carry: known by version, licence and hash."""

import hashlib
import json

from tests.support import tree

_VENDOR = tree.ROOT / "web" / "static" / "vendor"


def test_every_vendored_file_is_the_one_the_manifest_names() -> None:
    manifest = json.loads((_VENDOR / "manifest.json").read_text())

    found = {name: hashlib.sha256((_VENDOR / name).read_bytes()).hexdigest() for name in manifest}

    assert found == {name: entry["sha256"] for name, entry in manifest.items()}


def test_every_vendored_file_stands_in_the_manifest_with_its_licence() -> None:
    manifest = json.loads((_VENDOR / "manifest.json").read_text())
    licences = {entry["licence_file"] for entry in manifest.values()}

    there = {path.name for path in _VENDOR.iterdir()}

    assert there == {*manifest, *licences, "manifest.json"}
    assert all(entry["version"] and entry["licence"] for entry in manifest.values())
