"""What a checked row says of a household, as JSON can carry it: None is "not said" and changes nothing."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from matcher import clock
from matcher.intake.drafts import HouseholdDraft
from matcher.keys import KeyRing
from matcher.kinds import HardshipTier
from matcher.kinds.households import HardshipCause, HousingKind
from matcher.services.imports.household_members import member_values
from matcher.services.imports.rows import Values

_KEYS = "household.key"
"""Keys of households without a file number hold the holder's identity number: only its hash is kept."""
_MOST_CAUSES = 4
"""One main cause and at most three secondary ones."""
DATES = ("tier_on", "zero_employment_on", "applied_on", "approved_on")
CHANGED = (
    *("tier", "tier_on", "is_zero_employment", "zero_employment_on", "region_code", "address_cipher"),
    *("unit_name", "housing", "floor_area_m2", "is_single_parent", "applied_on", "approved_on"),
    *("changed_on", "import_digest"),
)  # fmt: skip
"""Columns a roster may change."""


def file_number_of(ring: KeyRing, draft: HouseholdDraft) -> str:
    """Return the file number of a household; one made here tells nobody who its people are."""
    return draft.file_no or f"X{ring.blind_index(draft.key, _KEYS)[:20]}"


def household_values(ring: KeyRing, draft: HouseholdDraft, today: dt.date) -> Values:
    """Return what a draft says of a household and of the people in its row, ready to be staged."""
    members = [member_values(ring, member) for member in draft.members]
    number = file_number_of(ring, draft)
    people = "+".join(sorted(member["id_number_index"] or member["name"] for member in members))
    since = draft.zero_since or draft.filed_on
    is_zero = draft.zero_employment_claim
    holder = next((member for member in draft.members if member.is_holder), None)
    return {
        # A sheet of households and a sheet of their members speak of the same people.
        "key": f"{number}|{'whole|' if draft.is_whole else ''}{people}",
        "file_number": number,
        "is_whole": draft.is_whole,
        "holder_name": draft.holder_name,
        "lacks_holder": draft.lacks_holder,
        "household": {
            "tier": draft.tier.value if draft.tier else None,
            "tier_on": _iso(draft.filed_on) if draft.tier else None,
            "is_zero_employment": is_zero,
            "zero_employment_on": _iso(since) if is_zero else None,
            "region_code": draft.place_code,
            "unit_name": draft.employer_name or (holder.work_unit if holder else None),
            "housing": draft.housing_kind.value if draft.housing_kind else None,
            "floor_area_m2": draft.floor_area_m2,
            "is_single_parent": draft.is_single_parent,
            "applied_on": _iso(draft.applied_on),
            "approved_on": _iso(draft.filed_on),
        },
        "address": draft.home_address,
        "causes": [[cause.value, _detail(draft, cause)] for cause in draft.causes[:_MOST_CAUSES]],
        "income": [today.year - 1, draft.annual_income_fen]
        if draft.annual_income_fen is not None
        else None,
        "members": members,
    }


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _detail(draft: HouseholdDraft, cause: HardshipCause) -> str | None:
    """Return the words of another cause (其他); words about illness do not stand in the open."""
    if cause is not HardshipCause.OTHER:
        return None
    return (draft.cause_main or draft.cause_other or "")[:200] or None


def merged(rows: Sequence[Values]) -> Values:
    """Return what all rows of one file say of the household: what an earlier row said stands."""
    said: Values = {"household": {}, "address": None, "causes": [], "income": None}
    for row in rows:
        for name, value in row["household"].items():
            if said["household"].get(name) is None:
                said["household"][name] = value
        for name in ("address", "causes", "income"):
            said[name] = said[name] or row.get(name)
    return said


def new_columns(ring: KeyRing, values: Values, digest: str) -> dict[str, Any]:
    """Return the columns of a new file."""
    said = _typed(values["household"])
    columns = dict.fromkeys(CHANGED) | said
    columns["tier"] = said["tier"] or HardshipTier.NONE
    for flag in ("is_zero_employment", "is_single_parent"):
        columns[flag] = bool(said[flag])
    if columns["is_zero_employment"]:
        # The roster does not say since when: the day it was taken in stands for it.
        columns["zero_employment_on"] = said["zero_employment_on"] or clock.today()
    columns["address_cipher"] = _address(ring, values)
    return columns | {"changed_on": clock.today(), "import_digest": digest}


def changed_columns(
    ring: KeyRing, values: Values, digest: str, *, may_flag: bool
) -> dict[str, Any]:
    """Return the columns a roster changes: only what it says.

    Parameters
    ----------
    may_flag : the zero-employment mark is a claim; where it is being verified, a roster changes nothing
    """
    columns = {
        name: value for name, value in _typed(values["household"]).items() if value is not None
    }
    flag, since = columns.pop("is_zero_employment", None), columns.pop("zero_employment_on", None)
    if flag is not None and may_flag:
        columns["is_zero_employment"] = flag
        columns["zero_employment_on"] = (since or clock.today()) if flag else None
    if address := _address(ring, values):
        columns["address_cipher"] = address
    return columns | {"changed_on": clock.today(), "import_digest": digest}


def _typed(said: Mapping[str, Any]) -> dict[str, Any]:
    typed = dict(said)
    for name in DATES:
        typed[name] = dt.date.fromisoformat(said[name]) if said.get(name) else None
    typed["tier"] = HardshipTier(said["tier"]) if said.get("tier") else None
    typed["housing"] = HousingKind(said["housing"]) if said.get("housing") else None
    return typed


def _address(ring: KeyRing, values: Values) -> bytes | None:
    address = values["address"]
    return ring.encrypt(address, "household.address") if address else None
