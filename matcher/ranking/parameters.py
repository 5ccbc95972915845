"""Drive parameters (活动参数): the points of every part and how hardship enters an order.

The numbers are placeholders until outcomes of a real drive exist (matching.md §5); they are kept in
one table per drive revision and travel with every snapshot, so an old run can always be replayed.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from matcher.errors import InvalidInputError
from matcher.kinds import PriorityMode
from matcher.kinds.ranking_studies import EducationRule, PlaceRule

POINTS_LIMIT = 32_767
"""Points are packed in int16 by the compiled engine (matching.md §5)."""

TERMS_LIMIT = 65_535
"""Term numbers are packed in uint16, the last one being the padding slot."""

N_RANKS = 6
"""Priority ranks (优先档次): 0 none, 1..4 hardship tiers, 5 zero-employment household."""


@dataclass(frozen=True, slots=True)
class PartPoints:
    """Most points of each part; text is not listed choice by choice because it is a product.

    `major_maybe` lies below any certain answer; a second major (辅修) costs `second_major`.
    Pay loses one point per `pay_step_yuan` by which the wish exceeds the offer.
    """

    major_leaf: int = 3500
    major_class: int = 2900
    major_group: int = 2200
    major_any: int = 1500
    major_maybe: int = 1400
    second_major: int = 200
    place_choices: tuple[int, int, int] = (1400, 1200, 1000)
    place_province: int = 500
    occupation_choices: tuple[int, int, int] = (1200, 1100, 1000)
    occupation_group: int = 600
    industry: int = 400
    pay: int = 300
    pay_step_yuan: int = 10
    unit: int = 200
    text: int = 2000

    def max_fit(self) -> int:
        """Return the most points a pair can have."""
        intent = self.place_choices[0] + self.occupation_choices[0]
        return self.major_leaf + intent + self.industry + self.pay + self.unit + self.text


_KINDS: Mapping[str, type[PriorityMode | PlaceRule | EducationRule]] = {
    "ordinary_mode": PriorityMode,
    "reserved_mode": PriorityMode,
    "place_rule": PlaceRule,
    "education_rule": EducationRule,
}
"""Fields that hold a value of a closed list."""

_LATER = frozenset(
    {
        "place_rule",
        "education_rule",
        "counts_second_major",
        "cap_per_seat",
        "floor_per_graduate",
    }
)
"""Fields added after the first snapshots were stored."""


@dataclass(frozen=True, slots=True)
class DriveParameters:
    """What a drive manager sets before a run; frozen within a drive revision.

    Parameters
    ----------
    equal_width : points of fit within which people count as equal (同等条件); 0 means exact ties
    hardship_points : points by priority rank 0..5, used by the mode POINTS alone
    postings_length, graduates_length : how many graduates a posting's list holds, and vice versa
    text_terms : most terms the text vocabulary may hold
    place_rule, education_rule, counts_second_major : who is eligible, see `eligibility`
    cap_per_seat : in how many graduates' lists a posting stands at most for every seat; 0 for any number
    floor_per_graduate : the first places of each graduate's list, which no cap takes away (see `spread`)
    """

    points: PartPoints = field(default_factory=PartPoints)
    ordinary_mode: PriorityMode = PriorityMode.EQUAL_CONDITIONS
    reserved_mode: PriorityMode = PriorityMode.BAND
    equal_width: int = 200
    hardship_points: tuple[int, ...] = (0, 150, 300, 450, 600, 1000)
    postings_length: int = 100
    graduates_length: int = 50
    text_terms: int = 40_000
    place_rule: PlaceRule = PlaceRule.AS_STATED
    education_rule: EducationRule = EducationRule.AS_ASKED
    counts_second_major: bool = True
    cap_per_seat: int = 0
    floor_per_graduate: int = 5

    def __post_init__(self) -> None:
        """Refuse parameters under which a rule of the score model would not hold."""
        broken = dict(_broken_rules(self))
        if broken:
            raise InvalidInputError(
                "drive_parameters", "活动参数不符合规则，请修改。", fields=broken
            )

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON; `from_dict` reads them back.

        What came later is left out while it stands at its default, so that the hashes of snapshots
        made before it stay true.
        """
        plain = asdict(self)
        late = {item.name: item.default for item in fields(self) if item.name in _LATER}
        return {name: value for name, value in plain.items() if late.get(name, ...) != value}

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> Self:
        """Read what `to_dict` wrote; absent fields take their defaults, unknown ones are refused."""
        known = {item.name for item in fields(cls)}
        plain: dict[str, Any] = {name: _tupled(value) for name, value in values.items()}
        points = plain.pop("points", {})
        if not isinstance(points, Mapping) or not set(plain) <= known:
            raise InvalidInputError("drive_parameters", "活动参数中有不认识的项目。", fields={})
        for name, kind in _KINDS.items():
            if name in plain:
                plain[name] = kind(str(plain[name]))
        given: dict[str, Any] = {name: _tupled(value) for name, value in points.items()}
        return cls(points=PartPoints(**given), **plain)


def _tupled(value: object) -> object:
    """JSON knows lists only."""
    return tuple(value) if isinstance(value, list) else value


def _broken_rules(parameters: DriveParameters) -> list[tuple[str, str]]:
    """Pairs of field and Chinese sentence, empty when all rules hold."""
    points = parameters.points
    numbers = [*_flat(asdict(points)), *parameters.hardship_points, parameters.equal_width]
    hardship = parameters.hardship_points
    most = points.max_fit() + max(hardship, default=0)
    rules = (
        ("points", min(numbers) >= 0, "分值不能为负。"),
        ("points", _descends(points), "分值应按志愿顺序和专业远近递减。"),
        ("points.pay_step_yuan", points.pay_step_yuan > 0, "薪酬扣分单位须为正数。"),
        ("points.major_maybe", points.major_maybe < points.major_any, "“待确认”须低于“不限专业”。"),
        ("points.second_major", points.second_major <= points.major_maybe, "第二专业扣分过大。"),
        ("points", most <= POINTS_LIMIT, f"各项分值相加最高 {most} 分，超过 {POINTS_LIMIT}。"),
        ("hardship_points", len(hardship) == N_RANKS, "优先加分须有六档。"),
        ("hardship_points", list(hardship) == sorted(hardship), "优先加分须逐档递增。"),
        ("equal_width", parameters.equal_width <= POINTS_LIMIT, "同等条件的分差过大。"),
        ("postings_length", parameters.postings_length > 0, "名单长度须为正数。"),
        ("graduates_length", parameters.graduates_length > 0, "名单长度须为正数。"),
        ("cap_per_seat", parameters.cap_per_seat >= 0, "每个席位的名单上限不能为负。"),
        (
            "floor_per_graduate",
            parameters.cap_per_seat == 0
            or 1 <= parameters.floor_per_graduate <= parameters.graduates_length,
            "每人保留的岗位数须在 1 与名单长度之间。",
        ),
        ("text_terms", 0 <= parameters.text_terms < TERMS_LIMIT, "词表最多 65534 个词。"),
    )
    return [(name, sentence) for name, holds, sentence in rules if not holds]


def _descends(points: PartPoints) -> bool:
    """Whether a nearer major and an earlier choice never have fewer points."""
    majors = (points.major_leaf, points.major_class, points.major_group, points.major_any)
    places = (*points.place_choices, points.place_province)
    occupations = (*points.occupation_choices, points.occupation_group)
    return all(list(row) == sorted(row, reverse=True) for row in (majors, places, occupations))


def _flat(values: Mapping[str, object]) -> list[int]:
    """All numbers of a table of points."""
    numbers: list[int] = []
    for value in values.values():
        numbers += value if isinstance(value, tuple) else [value]  # type: ignore[list-item]  # ints
    return numbers
