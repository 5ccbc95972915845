"""What is sent to browsers as it lies: vendored files, our own, and the contrast of the colours."""

import hashlib
import json
import re

import pytest

from web.faces import STATIC

VENDOR = STATIC / "vendor"
PAIRS = [
    *[(ink, ground, 4.5) for ink in ("ink", "ink-2", "act") for ground in ("bg", "surface")],
    *[(state, f"{state}-bg", 4.5) for state in ("ok", "wait", "no", "info", "mute")],
    *[(edge, "surface", 3.0) for edge in ("line-2", "focus", "p1", "p2", "p3", "p4")],
    ("act-ink", "act", 4.5),
]
"""Which colours stand on which, with the least contrast (WCAG 2.2, 1.4.3 and 1.4.11)."""


def test_vendored_files_are_exactly_those_of_the_manifest() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text())

    licences = {entry["licence_file"] for entry in manifest.values()}
    present = {path.name for path in VENDOR.iterdir()} - {"manifest.json"}
    assert present == set(manifest) | licences
    for name, entry in manifest.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == entry["sha256"]
        said_by, says = entry.get("said_by", name), entry.get("says", entry["version"])
        known = entry["sha256"] if "said_by" in entry else says
        assert known in (VENDOR / said_by).read_text(), name


def test_the_style_sheet_everybody_gets_says_nothing_about_anyone() -> None:
    for path in STATIC.glob("*.*"):
        text = path.read_text()
        for word in ("困难", "零就业", "低保", "帮扶", "援助", "hardship", "zero_employment"):
            assert word not in text, path.name


def _tokens(scheme: str) -> dict[str, str]:
    """Return the colour tokens of a scheme; dark ones stand over light ones."""
    css = (STATIC / "site.css").read_text()
    light, dark = css.split("@media (prefers-color-scheme: dark)", 1)
    found = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", dark.split("@media")[0]))
    return found


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_colours_that_meet_can_be_told_apart(
    scheme: str, ink: str, ground: str, least: float
) -> None:
    tokens = _tokens(scheme)
    bright, dim = sorted((_luminance(tokens[ink]), _luminance(tokens[ground])), reverse=True)

    assert (bright + 0.05) / (dim + 0.05) >= least
