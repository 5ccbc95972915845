"""The table of places (行政区划, GB/T 2260): today's provinces, prefectures and counties, and what lies in what.

A municipality (直辖市) is its own prefecture: its districts hang under 110000, 120000, 310000, 500000, and the
pseudo codes 110100 or 500200 mean the municipality. A county that answers to its province directly
(济源市, 仙桃市, 石河子市) counts as its own prefecture. Data: `data/regions.csv`, dated in its head.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from matcher.vocabulary.tables import read_table

RegionLevel = Literal["province", "city", "county"]

MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})


@dataclass(frozen=True, slots=True)
class Region:
    """One administrative division; `short_names` are what people say (广州, 天河), best first."""

    code: str
    name: str
    level: RegionLevel
    parent: str | None
    short_names: tuple[str, ...]


class RegionTable:
    """The regions of today by code; immutable after building, safe to share."""

    def __init__(self, regions: Sequence[Region]) -> None:
        """Index the regions by code."""
        self._by_code = {r.code: r for r in regions}
        self._below: dict[str | None, list[Region]] = {}
        for region in sorted(regions, key=lambda r: r.code):
            self._below.setdefault(region.parent, []).append(region)

    def __len__(self) -> int:
        """Number of regions."""
        return len(self._by_code)

    def list_regions(self, parent: str | None = None) -> list[Region]:
        """Return the regions directly under `parent` (None: the provinces), ordered by code."""
        return list(self._below.get(parent, ()))

    def get(self, code: str) -> Region | None:
        """Return the region of a code of 2, 4, 6, 9 or 12 digits, or None."""
        code = code.strip()
        if len(code) in {2, 4}:
            code = code.ljust(6, "0")
        code = code[:6]
        if code[:2] + "0000" in MUNICIPALITIES and code[2:] in {"0100", "0200"}:
            code = code[:2] + "0000"
        return self._by_code.get(code)

    def name_of(self, code: str) -> str:
        """Return the full name from the province down (广东省广州市天河区), or "" for an unknown code."""
        return "".join(self._by_code[c].name for c in reversed(self.ancestors(code)))

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Return the region itself and what it belongs to, from small to large; empty if unknown."""
        chain: list[str] = []
        region = self.get(code)
        while region is not None:
            chain.append(region.code)
            region = self._by_code.get(region.parent) if region.parent else None
        return tuple(chain)

    def contains(self, outer: str, inner: str) -> bool:
        """Whether `inner` is `outer` or lies in it."""
        whole = self.get(outer)
        return whole is not None and whole.code in self.ancestors(inner)

    def province_of(self, code: str) -> str | None:
        """Return the code of the province a region lies in (itself for a province)."""
        chain = self.ancestors(code)
        return chain[-1] if chain else None

    def city_of(self, code: str) -> str | None:
        """Return the prefecture (地级) of a region; None for a province and for unknown codes.

        A municipality, and a county that answers to its province, is its own prefecture.
        """
        chain = self.ancestors(code)
        if not chain:
            return None
        if chain[-1] in MUNICIPALITIES:
            return chain[-1]
        return chain[-2] if len(chain) > 1 else None

    def shared(self, codes: Sequence[str]) -> str | None:
        """Return the smallest region that holds all of some regions; None across provinces."""
        first = self.ancestors(codes[0]) if codes else ()
        return next((c for c in first if all(self.contains(c, code) for code in codes)), None)


@lru_cache(maxsize=1)
def load_rows() -> tuple[Region, ...]:
    """Return the regions of today in the order of the table; read once for each process."""
    return tuple(_region(row) for row in read_table("regions.csv"))


@lru_cache(maxsize=1)
def load_table() -> RegionTable:
    """Return the table of today; made once for each process."""
    return RegionTable(load_rows())


def _region(row: dict[str, str]) -> Region:
    """Make a region from a row of the table."""
    level: RegionLevel = (
        "province" if not row["parent"] else "city" if row["level"] == "city" else "county"
    )
    shorts = tuple(filter(None, row["short"].split("|")))
    return Region(row["code"], row["name"], level, row["parent"] or None, shorts)
