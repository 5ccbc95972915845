"""Whether a household is a zero-employment household (零就业家庭): yes, no, or what to ask for, member by member.

All of working age who can and wish to work are out of work, and there is at least one such. Students, servicemen,
the retired and those who cannot work are not counted. The definition is dated regional data. Nothing here is kept:
the caller stores what came out.
"""

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from matcher.policy.deadlines import region_prefix
from matcher.policy.working_age import working_span

_WORKING = frozenset({"employed", "self_employed", "flexible"})
_OUT_OF_WORK = frozenset({"unemployed", "laid_off"})
_NOT_COUNTED = frozenset({"student", "service", "retired", "internal_retirement"})
_URBAN = frozenset({"urban", "converted"})


@dataclass(frozen=True, slots=True)
class Definition:
    """What a region calls a zero-employment household.

    Parameters
    ----------
    urban_only : the official recognition is for urban residents; others get the union's own flag
    refusals : suitable posts refused before a side exit may be proposed
    quiet_days : days without any service after which a card says so
    """

    code: str
    region: str
    valid_from: dt.date
    valid_to: dt.date | None
    name: str
    urban_only: bool
    needs_registration: bool
    excludes_business_income: bool
    sick_leave_counts: bool
    refusals: int
    quiet_days: int
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Member:
    """What is known of one member on the day; values are those of the closed lists."""

    member_id: int
    birth_on: dt.date | None
    work_status: str
    sex: str | None = None
    original_age: int | None = None
    is_able: bool | None = None
    is_willing: bool | None = None
    is_registered: bool = False
    hukou: str | None = None
    is_holder: bool = False
    evidence_id: int | None = None
    """Row of the work history the facts come from."""


@dataclass(frozen=True, slots=True)
class MemberLine:
    """What one member means, and by which rule; `ask` names the facts that are missing."""

    member_id: int
    part: str
    reason: str
    ask: tuple[str, ...] = ()
    evidence_id: int | None = None


@dataclass(frozen=True, slots=True)
class Derivation:
    """The answer with its working."""

    result: str
    reason: str
    basis: str | None
    definition: str
    lines: tuple[MemberLine, ...]
    ask: tuple[str, ...]


@lru_cache(maxsize=1)
def load_definitions() -> tuple[Definition, ...]:
    """Read the table once per process."""
    table = files("matcher.policy.data").joinpath("zero_employment.csv").read_text(encoding="utf-8")
    return tuple(_definition(row) for row in csv.DictReader(table.splitlines()))


def _definition(row: dict[str, str]) -> Definition:
    return Definition(
        code=row["code"],
        region=region_prefix(row["region"]),
        valid_from=dt.date.fromisoformat(row["valid_from"]),
        valid_to=dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        name=row["name"],
        urban_only=row["urban_only"] == "yes",
        needs_registration=row["needs_registration"] == "yes",
        excludes_business_income=row["excludes_business_income"] == "yes",
        sick_leave_counts=row["sick_leave_counts"] == "yes",
        refusals=int(row["refusals"]),
        quiet_days=int(row["quiet_days"]),
        source=row["source"],
        grade=row["grade"],
    )


def get_definition(region: str | None, on: dt.date) -> Definition:
    """Return the definition of a region on a day, the nearest region's and newest first."""
    holding = [
        one
        for one in load_definitions()
        if (region or "").startswith(one.region)
        and one.valid_from <= on
        and (one.valid_to is None or on <= one.valid_to)
    ]
    if not holding:
        raise LookupError(f"no definition of zero employment on {on}")
    return max(holding, key=lambda one: (len(one.region), one.valid_from))


def derive(
    members: Sequence[Member],
    definition: Definition,
    on: dt.date,
    *,
    has_business_income: bool | None = None,
) -> Derivation:
    """Derive the state of a household on a day.

    Parameters
    ----------
    has_business_income : of business or property; None if no income of a year is recorded
    """
    lines = tuple(_line(member, definition, on) for member in members)
    result, reason, ask = _household(lines)
    if result == "yes" and definition.excludes_business_income:
        if has_business_income is None:
            result, reason, ask = "unknown", "income_unknown", ("business_income",)
        elif has_business_income:
            result, reason = "no", "business_income"
    basis = _basis(members, definition)
    if result == "yes" and basis is None:
        ask = (*ask, "hukou")
    return Derivation(result, reason, basis, definition.code, lines, ask)


def _household(lines: Sequence[MemberLine]) -> tuple[str, str, tuple[str, ...]]:
    """Return result, reason and what to ask for, from the members' lines."""
    if any(line.part == "working" for line in lines):
        return "no", "somebody_works", ()
    asked = tuple(dict.fromkeys(fact for line in lines for fact in line.ask))
    if asked:
        return "unknown", "facts_missing", asked
    if not lines:
        return "unknown", "no_members", ("members",)
    if any(line.part == "without_work" for line in lines):
        return "yes", "all_without_work", ()
    return "no", "nobody_counted", ()


def _basis(members: Sequence[Member], definition: Definition) -> str | None:
    """Say whose definition the family falls under: by the holder's registration, else by that of all."""
    if not definition.urban_only:
        return "official"
    kinds = [member.hukou for member in members if member.is_holder and member.hukou]
    kinds = kinds or [member.hukou for member in members if member.hukou]
    if not kinds or len({kind in _URBAN for kind in kinds}) > 1:
        return None
    return "official" if kinds[0] in _URBAN else "union_own"


def _line(member: Member, definition: Definition, on: dt.date) -> MemberLine:
    part, reason, ask = _part(member, definition, on)
    return MemberLine(member.member_id, part, reason, ask, member.evidence_id)


def _part(member: Member, definition: Definition, on: dt.date) -> tuple[str, str, tuple[str, ...]]:
    status = member.work_status
    if status in _NOT_COUNTED:
        return "not_counted", status, ()
    if member.birth_on is None:
        return "unknown", "birth_unknown", ("birth_on",)
    span = working_span(member.birth_on, member.sex, member.original_age)
    of_age = span.holds(on)
    if of_age is False:
        return "not_counted", "under_age" if on < span.from_on else "over_age", ()
    if of_age is None:
        missing = "sex" if member.sex is None else "original_age"
        return "unknown", "age_hangs_on_class", (missing,)
    if status in _WORKING:
        return "working", status, ()
    if status == "sick_leave":
        return _of_sick_leave(member, definition)
    if status not in _OUT_OF_WORK:
        return "unknown", "status_unknown", ("work_status",)
    return _of_unemployed(member, definition)


def _of_sick_leave(member: Member, definition: Definition) -> tuple[str, str, tuple[str, ...]]:
    """Sick leave (病休) is a job, unless the region counts it, or the person cannot work any more."""
    if member.is_able is False:
        return "not_counted", "not_able", ()
    part = "without_work" if definition.sick_leave_counts else "working"
    return part, "sick_leave", ()


def _of_unemployed(member: Member, definition: Definition) -> tuple[str, str, tuple[str, ...]]:
    if member.is_able is False:
        return "not_counted", "not_able", ()
    if member.is_willing is False:
        return "not_counted", "not_willing", ()
    ask = [
        fact
        for fact, known in (("is_able", member.is_able), ("is_willing", member.is_willing))
        if known is None
    ]
    if definition.needs_registration and not member.is_registered:
        ask.append("registration")
    if ask:
        return "unknown", "facts_missing", tuple(ask)
    return "without_work", member.work_status, ()
