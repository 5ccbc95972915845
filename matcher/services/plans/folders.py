"""Folders of plans (方案文件夹), `<data>/plans/<drive>/<input hash>/`: what they are solved and replayed from.

Written beside and renamed like snapshots (`ranking.array_folders`), readable by their owner alone; ids and numbers, no
names. Results lie inside by rule, so that an explanation need not solve anything.
"""

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.market import Market
from matcher.allocation.pins import Pin
from matcher.allocation.plan_result import PlanResult
from matcher.errors import SnapshotError
from matcher.kinds.plans import PinKind, PlanRule
from matcher.ranking.array_folders import MANIFEST, canonical_json, map_arrays, write_folder
from matcher.services.plans.parameters import PlanParameters
from matcher.settings import Settings

FORMAT = 1
"""Raised whenever stored arrays change their meaning, so that old folders are refused."""

_YOUNG = dt.timedelta(days=1)
"""Longer than any plan takes from its folder's first file to the row that names it."""

_KINDS = tuple(PinKind)


@dataclass(frozen=True, eq=False)
class PlanInput:
    """Everything a plan is solved from.

    Parameters
    ----------
    provisional : int64[G], by graduate row the posting row the last publication proposed, or -1
    pins : by graduate and posting
    """

    market: Market
    provisional: NDArray[np.int64]
    pins: tuple[Pin, ...]
    parameters: PlanParameters

    def input_hash(self) -> str:
        """SHA-256 over market, provisional seats, pins and parameters."""
        digest = hashlib.sha256(canonical_json(self._description()))
        digest.update(np.ascontiguousarray(self.provisional, dtype="<i8").data)
        return digest.hexdigest()

    def _description(self) -> dict[str, Any]:
        pins = sorted((pin.graduate, pin.posting, pin.kind.value) for pin in self.pins)
        return {
            "format": FORMAT,
            "market": self.market.content_hash(),
            "parameters": self.parameters.to_dict(),
            "pins": [list(pin) for pin in pins],
        }


def plan_folder(settings: Settings, drive_id: int, input_hash: str) -> Path:
    """Return the folder of a plan."""
    return settings.data / "plans" / str(drive_id) / input_hash


def save_input(given: PlanInput, folder: Path) -> None:
    """Write what a plan is solved from; a whole folder that is there already is left alone."""
    market = {f"market_{one.name}": getattr(given.market, one.name) for one in fields(Market)}
    arrays = market | {"provisional": given.provisional, "pins": _packed(given.pins)}
    write_folder(folder, arrays, given._description())


def _packed(pins: Sequence[Pin]) -> NDArray[np.int64]:
    rows = [(pin.graduate, pin.posting, _KINDS.index(pin.kind)) for pin in pins]
    return np.asarray(sorted(rows), dtype=np.int64).reshape(-1, 3)


def load_input(folder: Path, *, check: bool = False) -> PlanInput:
    """Open what a plan was solved from, its arrays mapped read-only.

    Parameters
    ----------
    check : also compare the SHA-256 of every array

    Raises
    ------
    SnapshotError
        The folder is gone, damaged or of another version: only hashes are left.
    """
    manifest = _manifest(folder)
    try:
        arrays = map_arrays(folder, manifest["arrays"], check=check)
        market = Market(**{one.name: arrays[f"market_{one.name}"] for one in fields(Market)})
        return PlanInput(
            market=market,
            provisional=arrays["provisional"],
            pins=tuple(
                Pin(_KINDS[kind], graduate, posting)
                for graduate, posting, kind in arrays["pins"].tolist()
            ),
            parameters=PlanParameters.from_dict(manifest["parameters"]),
        )
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise SnapshotError("plan_damaged", "方案文件已损坏，请重新做一次方案。") from error


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError as error:
        message = "方案文件已过保存期限，只留有校验值，不能重放。"
        raise SnapshotError("plan_gone", message) from error
    except ValueError as error:
        raise SnapshotError("plan_damaged", "方案文件已损坏，请重新做一次方案。") from error
    if manifest.get("format") != FORMAT:
        raise SnapshotError("plan_format", "方案文件是旧版本的格式，请重新做一次方案。")
    return manifest


@lru_cache(maxsize=2)
def open_input(folder: Path) -> PlanInput:
    """Open what a plan was solved from, once per process."""
    return load_input(folder)


def save_result(result: PlanResult, folder: Path) -> None:
    """Write a result inside its plan's folder."""
    arrays = {
        one.name: getattr(result, one.name)
        for one in fields(PlanResult)
        if isinstance(getattr(result, one.name), np.ndarray)
    }
    description = {"format": FORMAT, "seconds": result.seconds}
    write_folder(folder / result.rule.value, arrays, description)


def load_result(folder: Path, rule: PlanRule) -> PlanResult:
    """Open a plan's result by one rule; raises SnapshotError like `load_input`."""
    manifest = _manifest(folder / rule.value)
    try:
        arrays: dict[str, Any] = map_arrays(folder / rule.value, manifest["arrays"])
        absent = {one.name: None for one in fields(PlanResult) if one.name not in arrays}
        told = {"rule": rule, "seconds": manifest["seconds"]}
        return PlanResult(**{**absent, **arrays, **told})
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise SnapshotError("plan_damaged", "方案文件已损坏，请重新做一次方案。") from error


def prune_folders(settings: Settings, needed: set[tuple[int, str]], now: dt.datetime) -> int:
    """Delete folders no kept plan needs and return how many; young ones may be in the making."""
    home, removed = settings.data / "plans", 0
    kept = {home / str(drive_id) / name for drive_id, name in needed}
    for folder in sorted(set(home.glob("*/*")) - kept):
        try:
            is_old = now.timestamp() - folder.stat().st_mtime > _YOUNG.total_seconds()
        except FileNotFoundError:
            continue  # another worker was quicker
        if is_old:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed
