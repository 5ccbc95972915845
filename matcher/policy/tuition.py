"""Who gets tuition aid and how much (金秋助学): a city's standard, three honest answers, what is missing.

The batches of a standard (二本以上) limit this aid only: nothing here may ever be asked when it is about work.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from matcher.kinds import Verdict
from matcher.kinds.household_facts import SchoolLevel
from matcher.kinds.tuition import AdmissionBatch, SchoolPlace, TuitionStage

AmountKey = tuple[TuitionStage, SchoolPlace, SchoolLevel]


@dataclass(frozen=True)
class StandardTerms:
    """What a standard says, be it set by a city or read from the dated data."""

    from_year: int
    home_region: str
    """Prefix of the region codes that count as 区内."""
    batches: frozenset[AdmissionBatch]
    amounts: Mapping[AmountKey, int]
    """Fen by stage, place and level; what is not there is not regulated."""
    source: str


@dataclass(frozen=True, kw_only=True)
class StudentFacts:
    """What the answer is drawn from; None is not known."""

    stage: TuitionStage
    level: SchoolLevel
    school_region: str | None
    batch: AdmissionBatch | None
    is_regular_admission: bool | None
    is_military: bool


@dataclass(frozen=True)
class TuitionAnswer:
    """Whether somebody gets it: `against` and `missing` are codes with words of their own."""

    verdict: Verdict
    amount_fen: int | None = None
    place: SchoolPlace | None = None
    against: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def judge(facts: StudentFacts, standard: StandardTerms | None) -> TuitionAnswer:
    """Answer whether a student gets tuition aid by a standard, and how much; not known never means no."""
    if standard is None:
        return TuitionAnswer(Verdict.MAYBE, missing=("standard",))
    against = tuple(_against(facts, standard))
    if against:
        return TuitionAnswer(Verdict.NO, against=against)
    missing = [
        code
        for code, value in (
            ("batch", facts.batch),
            ("is_regular_admission", facts.is_regular_admission),
            ("school_region", facts.school_region),
        )
        if value is None
    ]
    place = place_of(facts.school_region, standard.home_region)
    amount = standard.amounts.get((facts.stage, place, facts.level)) if place else None
    if place is not None and amount is None:
        missing.append("amount")
    if missing:
        return TuitionAnswer(Verdict.MAYBE, place=place, missing=tuple(missing))
    return TuitionAnswer(Verdict.YES, amount_fen=amount, place=place)


def _against(facts: StudentFacts, standard: StandardTerms) -> list[str]:
    return [
        code
        for code, holds in (
            ("not_higher", not facts.level.is_higher),
            ("military", facts.is_military),
            ("not_regular", facts.is_regular_admission is False),
            ("batch_below", facts.batch is not None and facts.batch not in standard.batches),
        )
        if holds
    ]


def place_of(school_region: str | None, home_region: str) -> SchoolPlace | None:
    """Return whether a school stands inside the home region; None if it is not known where it stands."""
    if not school_region:
        return None
    home = home_region.rstrip("0")
    return SchoolPlace.INSIDE if school_region.startswith(home) else SchoolPlace.OUTSIDE


@lru_cache(maxsize=1)
def _rows() -> tuple[Mapping[str, str], ...]:
    table = files("matcher.policy.data").joinpath("tuition_standards.csv")
    return tuple(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))


def default_standard(region: str | None, year: int) -> StandardTerms | None:
    """Return the standard of the dated data for a region and school year, the nearest region's; None if none holds."""
    holding = [
        row
        for row in _rows()
        if int(row["from_year"]) <= year <= int(row["to_year"] or year)
        and (region or "").startswith(row["region"].rstrip("0"))
    ]
    if not holding:
        return None
    nearest = max(len(row["region"].rstrip("0")) for row in holding)
    rows = [row for row in holding if len(row["region"].rstrip("0")) == nearest]
    return StandardTerms(
        from_year=int(rows[0]["from_year"]),
        home_region=rows[0]["home_region"],
        batches=frozenset(AdmissionBatch(one) for one in rows[0]["batches"].split()),
        amounts={
            (
                TuitionStage(row["stage"]),
                SchoolPlace(row["place"]),
                SchoolLevel(row["level"]),
            ): int(row["amount_yuan"]) * 100
            for row in rows
        },
        source=rows[0]["source"],
    )
