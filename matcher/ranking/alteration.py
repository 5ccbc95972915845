"""A snapshot under other parameters (换一套参数): the same people and postings, nothing read again.

Major codes rest on rules whose names the acceptance table keeps, so other points need no compiling; rules of
admission are applied to copies of the columns they touch. The caches of the given snapshot are not shared.
"""

from dataclasses import fields, replace

import numpy as np

from matcher.ranking.acceptance import POINTS_OF_RULE, AcceptanceTable
from matcher.ranking.eligibility import PLAIN, rule_graduates, rule_postings, rules_of
from matcher.ranking.pairs import MAYBE_CODE, YES_CODE
from matcher.ranking.parameters import DriveParameters, PartPoints
from matcher.ranking.snapshot import Snapshot

PART_FIELDS: dict[str, tuple[str, ...]] = {
    "major": (
        "major_leaf",
        "major_class",
        "major_group",
        "major_any",
        "major_maybe",
        "second_major",
    ),
    "place": ("place_choices", "place_province"),
    "occupation": ("occupation_choices", "occupation_group"),
    "industry": ("industry",),
    "pay": ("pay",),
    "unit": ("unit",),
    "text": ("text",),
}
"""Parts of the fit in the order of explanations, and the points that belong to each."""

MOST_OF_PART = {
    "major": "major_leaf",
    "place": "place_choices",
    "occupation": "occupation_choices",
    "industry": "industry",
    "pay": "pay",
    "unit": "unit",
    "text": "text",
}
"""Field that holds the most points of a part (its first choice)."""


class TrialParameters(DriveParameters):
    """Parameters that are never stored: a part of them may be nothing at all."""

    __slots__ = ()

    def __post_init__(self) -> None:
        """Check nothing: a trial may break a rule that parameters of a drive keep."""


def most_points(points: PartPoints, part: str) -> int:
    """Return the most points of a part."""
    value = getattr(points, MOST_OF_PART[part])
    return int(value[0]) if isinstance(value, tuple) else int(value)


def without_part(parameters: DriveParameters, part: str) -> TrialParameters:
    """Return parameters under which one part counts nothing; who is eligible stays as it is."""
    nothing: dict[str, object] = {}
    for name in PART_FIELDS[part]:
        value = getattr(parameters.points, name)
        nothing[name] = (0,) * len(value) if isinstance(value, tuple) else 0
    given = {item.name: getattr(parameters, item.name) for item in fields(DriveParameters)}
    given["points"] = replace(parameters.points, **nothing)  # type: ignore[arg-type]  # by name
    return TrialParameters(**given)


def can_alter(snapshot: Snapshot, parameters: DriveParameters) -> bool:
    """Say whether the rules of admission asked for can be had from a snapshot's columns."""
    made_under = rules_of(snapshot.parameters)
    return made_under in (PLAIN, rules_of(parameters))


def altered(snapshot: Snapshot, parameters: DriveParameters) -> Snapshot:
    """Return the same drive under other parameters; the given snapshot stays as it is.

    Raises
    ------
    ValueError
        The snapshot was made under other rules of admission than the default ones and those asked for.
    """
    if not can_alter(snapshot, parameters):
        raise ValueError("the columns were made under other rules of admission")
    graduates = replace(
        snapshot.graduates,
        mobility=snapshot.graduates.mobility.copy(),
        leaf=snapshot.graduates.leaf.copy(),
    )
    postings = replace(snapshot.postings, education=snapshot.postings.education.copy())
    rule_graduates(graduates, parameters)
    rule_postings(postings, parameters)
    return Snapshot(
        parameters=parameters,
        codebook=snapshot.codebook,
        acceptance=_recoded(snapshot.acceptance, parameters.points),
        graduates=graduates,
        postings=postings,
    )


def _recoded(table: AcceptanceTable, points: PartPoints) -> AcceptanceTable:
    """Give every entry the code its verdict and rule have under other points."""
    by_rule = [getattr(points, POINTS_OF_RULE.get(rule, "major_any")) for rule in table.rules]
    certain = YES_CODE | np.asarray(by_rule or [0], dtype=np.int32)[table.how]
    code = np.where(table.code >= YES_CODE, certain, MAYBE_CODE | points.major_maybe)
    return AcceptanceTable(
        n_leaves=table.n_leaves,
        rules=table.rules,
        pointer=table.pointer,
        leaf=table.leaf,
        code=code.astype(table.code.dtype),
        how=table.how,
    )
