"""Rows of a list in words: one shape for the screen, the sheet and the print, so that they agree."""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.documents.xlsx import Cell, Column
from matcher.kinds import HardshipTier, ListSide, PriorityMode, Verdict
from matcher.models.postings import Posting
from matcher.ranking.explain import Explanation
from matcher.ranking.order import DecodedKey, OrderRule
from matcher.ranking.parameters import DriveParameters
from matcher.services.ranked_people import RankedPerson
from matcher.services.ranked_postings import RankedOffer
from matcher.services.ranking_state import AsOf
from web.filters import figure, moment, pay
from web.i18n import gettext, label
from web.words import parts, places
from web.words.parts import Ground

_FEN = 100
ZERO_EMPLOYMENT = 5
"""Rank of zero-employment households (matching.md §2.2); the tiers lie below."""


@dataclass(frozen=True)
class Priority:
    """The priority of a person: words and the kind of chip; nothing for rank 0."""

    words: str
    chip: str
    note: str


@dataclass(frozen=True)
class ShownRow:
    """A place of a list.

    Parameters
    ----------
    bars : (class, name, points) of the score
    extra : points added for priority, shown in the mode POINTS alone
    grounds : None while there is no explanation
    band : head of the group this row begins, empty if it begins none
    """

    position: int
    public_id: str
    name: str
    sub: str
    verdict: Verdict
    flags: str
    total: int
    bars: Sequence[tuple[str, str, int]]
    wish: str
    priority: Priority | None
    grounds: Sequence[Ground] | None
    lottery: int
    band: str = ""
    extra: int = 0


@dataclass(frozen=True)
class Look:
    """What is the same for all rows of a list: the rule of its order, and how long a full bar is."""

    rule: OrderRule
    parameters: DriveParameters

    @classmethod
    def of(cls, parameters: DriveParameters, side: ListSide) -> "Look":
        """Return the look of a list of a side."""
        return cls(OrderRule.of(parameters, side), parameters)

    @property
    def adds_points(self) -> bool:
        """Whether priority is points here."""
        return self.rule.mode is PriorityMode.POINTS

    @property
    def most(self) -> int:
        """Length of a full bar."""
        extra = max(self.parameters.hardship_points) if self.adds_points else 0
        return self.parameters.points.max_fit() + extra

    @property
    def heading(self) -> str:
        """Head of the column of the score."""
        if self.adds_points:
            return gettext("总分（满分 %(most)s）", most=figure(self.most))
        return gettext("契合分（满分 %(most)s）", most=figure(self.most))

    def legend(self) -> list[tuple[str, str]]:
        """Return what the colours mean."""
        said = [
            (kind, gettext("%(name)s 至多 %(most)s", name=name, most=figure(most)))
            for kind, name, most in parts.bar_limits(self.parameters.points)
        ]
        words = {
            PriorityMode.EQUAL_CONDITIONS: gettext("优先：不加分，只在同等条件时定先后"),
            PriorityMode.BAND: gettext("优先：分档在前，档内按契合分"),
            PriorityMode.POINTS: gettext("优先：按档加分，计入总分"),
        }
        return [*said, ("k4", words[self.rule.mode])] if self.rule.mode else said


def people_rows(
    rows: Sequence[RankedPerson], look: Look, offer_text: str, before: RankedPerson | None = None
) -> list[ShownRow]:
    """Return graduates of a posting's list as rows; `before` is who stands before the first one."""
    shown = []
    last = _band(before.key, look) if before else None
    for one in rows:
        band = _band(one.key, look)
        shown.append(_person_row(one, look, offer_text, band if band != last else ""))
        last = band
    return shown


def _person_row(one: RankedPerson, look: Look, offer_text: str, band: str) -> ShownRow:
    person, key = one.person, one.key
    extra = look.rule.hardship_points[key.rank or 0] if look.adds_points else 0
    bars = _bars(one.explanation)
    if look.adds_points and bars:
        bars = [*bars, ("k4", gettext("优先"), extra)]
    majors = "、".join(person.majors)
    sub = "，".join(text for text in (person.school, label(person.education), majors) if text)
    return ShownRow(
        position=one.position,
        public_id=person.public_id,
        name=person.name_masked,
        sub=sub,
        verdict=one.verdict,
        flags=_flags(one.explanation),
        total=key.fit + extra,
        bars=bars,
        wish=parts.wish(one.explanation) if one.explanation else "",
        priority=_priority(key.rank, is_lifted=one.is_lifted),
        grounds=parts.grounds(one.explanation, offer_text) if one.explanation else None,
        lottery=key.lottery,
        band=band,
        extra=extra,
    )


def _bars(explanation: Explanation | None) -> list[tuple[str, str, int]]:
    return parts.bars(explanation) if explanation else []


def _flags(explanation: Explanation | None) -> str:
    if explanation is None:
        return gettext("资料刚变动，正在重排")
    return "；".join(parts.flags(explanation))


def _priority(rank: int | None, *, is_lifted: bool) -> Priority | None:
    if not rank:
        return None
    note = gettext("按优先在前") if is_lifted else ""
    if rank == ZERO_EMPLOYMENT:
        return Priority(gettext("零就业"), "on", note)
    return Priority(label(list(HardshipTier)[rank]), "line", note)


def _band(key: DecodedKey, look: Look) -> str:
    """Return the head of the group a key lies in."""
    if not key.confirmed:
        return gettext("待确认：定下之前不推荐、不占席位")
    rule = look.rule
    if rule.mode is PriorityMode.EQUAL_CONDITIONS and rule.width > 1:
        low = key.fit // rule.width * rule.width
        return gettext(
            "同等条件区间 %(low)s – %(high)s", low=figure(low), high=figure(low + rule.width - 1)
        )
    if rule.mode is PriorityMode.BAND:
        if key.rank == ZERO_EMPLOYMENT:
            return gettext("零就业家庭")
        return label(list(HardshipTier)[key.rank]) if key.rank else gettext("其他毕业生")
    return gettext("符合") if rule.mode is PriorityMode.POINTS else ""


def band_hint(look: Look) -> str:
    """Return how the bands decide, for the first head."""
    if look.rule.mode is PriorityMode.EQUAL_CONDITIONS:
        return gettext("同一区间内先按优先，再按分数，最后按抽签号")
    if look.rule.mode is PriorityMode.BAND:
        return gettext("先按优先分档，档内按分数，最后按抽签号")
    return gettext("按总分，同分按优先，最后按抽签号")


def people_columns(look: Look) -> list[Column]:
    """Return the columns of a posting's list as the sheet has them."""
    heads = [
        Column(gettext("名次"), "number"),
        Column(gettext("毕业生"), width=10),
        Column(gettext("学校、学历、专业"), "wrapped", 36),
        Column(gettext("资格"), width=9),
        Column(gettext("待确认的事"), "wrapped", 24),
        Column(look.heading, "number"),
        *(Column(name, "number") for _, name, _ in parts.bar_limits(look.parameters.points)),
    ]
    if look.adds_points:
        heads.append(Column(gettext("优先加分"), "number"))
    return [*heads, Column(gettext("志愿"), width=16), Column(gettext("优先"), width=12)]


def people_cells(row: ShownRow, look: Look) -> list[Cell]:
    """Return the cells of a row as the sheet has them: what the screen says, in the same words."""
    points: list[Cell] = [amount for _, _, amount in row.bars]
    n_bars = len(parts.GROUPS) + look.adds_points
    points += [None] * (n_bars - len(points))
    said = row.priority
    chip = "" if said is None else "，".join(text for text in (said.words, said.note) if text)
    return [
        row.position,
        row.name,
        row.sub,
        label(row.verdict),
        row.flags,
        row.total,
        *points,
        row.wish,
        chip,
    ]


def offer_rows(rows: Sequence[RankedOffer]) -> list[ShownRow]:
    """Return postings of a graduate's list as rows; a head stands before those to be confirmed."""
    shown = []
    was_certain = True
    for one in rows:
        begins = was_certain and not one.key.confirmed
        was_certain = one.key.confirmed
        words = gettext("待确认：定下之前不推荐、不占席位") if begins else ""
        shown.append(_offer_row(one, words))
    return shown


def _offer_row(one: RankedOffer, band: str) -> ShownRow:
    posting = one.posting
    facts = (
        one.employer.name,
        places.region(posting.region_code or one.employer.region_code),
        offer_pay(posting),
    )
    return ShownRow(
        position=one.position,
        public_id=posting.public_id,
        name=posting.title,
        sub="，".join(text for text in facts if text),
        verdict=one.verdict,
        flags=_flags(one.explanation),
        total=one.key.fit,
        bars=_bars(one.explanation),
        wish=parts.wish(one.explanation) if one.explanation else "",
        priority=None,
        grounds=parts.grounds(one.explanation, offer_text(posting)) if one.explanation else None,
        lottery=one.key.lottery,
        band=band,
    )


def offer_text(posting: Posting) -> str:
    """Return the words of a posting that count for the text score."""
    return " ".join(text for text in (posting.title, posting.duties) if text)


def offer_pay(posting: Posting) -> str:
    """Return the monthly pay of a posting."""
    low, high = posting.pay_low_yuan, posting.pay_high_yuan
    return pay(low * _FEN if low is not None else None, high * _FEN if high is not None else None)


def as_of_words(state: AsOf) -> str:
    """Return of when a list is: 排序截至 今天 08:42，第 14 次运行，其后 3 处变动已并入."""
    words = gettext(
        "排序截至 %(when)s，第 %(number)s 次运行",
        when=moment(state.finished_at),
        number=figure(state.run_number),
    )
    if state.n_merged:
        words += gettext("，其后 %(count)s 处变动已并入", count=figure(state.n_merged))
    return words
