"""Small counts (小数) of published sheets: what is withheld so that nobody can work out what must stay untold.

A *protected* count from one to below the threshold is withheld. Whoever reads the published versions knows every shown
figure and every relation between figures: a union is the sum of its parts, 需援助 = 总数 − 签约 − 升学, 应届 + 往届 =
总数, a part is at most its whole. So further figures are withheld until each small count could, for all a reader can
tell, be anything from one to the threshold. All withheld figures carry the same mark: a mark of its own for small ones
would tell them apart from those withheld for their sake.

Method: cell suppression by the cheapest alternative table (Fischetti and Salazar 2001; Willenborg and de Waal 2001,
ch. 6). For each small count a linear programme looks for another table, equal in all shown figures, in which it
stands at the far end of its range; withheld figures move for nothing, shown ones at their cost, and those that had to
move are withheld too. Such a table is a witness: it stays possible whatever is withheld later.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from matcher.statistics.alternative_tables import AlternativeTables, Move

Key = Hashable


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one published version.

    Parameters
    ----------
    shown : True or False for what an earlier version showed or withheld; None if it is to be decided
    cost : how much is lost by withholding it, at least 1
    """

    key: Key
    value: int
    is_protected: bool = True
    shown: bool | None = None
    cost: float = 1.0


@dataclass(frozen=True, slots=True)
class Relation:
    """What a reader knows: a weighted sum of cells is the constant (`is_equal`), or at most that."""

    terms: tuple[tuple[int, Key], ...]
    constant: int = 0
    is_equal: bool = True


@dataclass(frozen=True, slots=True)
class Rest:
    """A difference that is a count of people by itself though no line of the sheet: total less part."""

    total: Key
    part: Key


@dataclass(frozen=True, slots=True)
class Tie:
    """An amount of money that tells a count, since the amount for one person is known."""

    count: Key
    amount: Key


@dataclass(frozen=True, slots=True)
class Change:
    """The same figure in an earlier version, shown there: a small difference is a small count."""

    before: Key
    now: Key


@dataclass(frozen=True)
class Question:
    """All that is to be decided about one version, with all that is known of the others."""

    threshold: int
    cells: Sequence[Cell]
    relations: Sequence[Relation] = ()
    rests: Sequence[Rest] = ()
    ties: Sequence[Tie] = ()
    changes: Sequence[Change] = ()


@dataclass(frozen=True)
class Answer:
    """What is withheld.

    Parameters
    ----------
    small : withheld because they are small or tell a small difference
    others : withheld so that those cannot be worked out
    exposed : small counts that can be worked out whatever is withheld, from what was published before
    """

    small: frozenset[Key]
    others: frozenset[Key]
    exposed: frozenset[Key]

    @property
    def withheld(self) -> frozenset[Key]:
        """All new cells that are not shown."""
        return self.small | self.others


@dataclass(frozen=True, slots=True)
class _Guard:
    """A sum of cells that must be able to stand at `low` or below and at `high` or above."""

    terms: tuple[tuple[int, Key], ...]
    value: int
    low: float
    high: float
    of: Key

    def ends(self) -> list["_End"]:
        """List how far the sum must be able to move; where it stands far enough already, nothing is asked."""
        moves = (self.high - self.value, self.low - self.value)
        wanted = (moves[0] > 0, moves[1] < 0)
        return [_End(self, by) for by, is_asked in zip(moves, wanted, strict=True) if is_asked]


@dataclass(frozen=True, slots=True)
class _End:
    guard: _Guard
    by: float

    def is_in(self, moves: Mapping[Key, float]) -> bool:
        """Say whether the sum moves that far in a table."""
        far = sum(weight * moves.get(key, 0.0) for weight, key in self.guard.terms)
        return far / self.by >= 1 - _NEARLY


_NEARLY = 1e-6
"""What a solver's answer may lack to be taken as what was asked."""


def withhold(question: Question) -> Answer:
    """Decide what a version shows.

    Cost: at most two linear programmes for each small count, over the figures it hangs together with.
    """
    return _Decision(question).answer()


@dataclass
class _Decision:
    question: Question
    cells: dict[Key, Cell] = field(init=False)
    hidden: set[Key] = field(init=False)
    exposed: set[Key] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Withhold what is small by itself."""
        self.cells = {one.key: one for one in self.question.cells}
        self.hidden = {one.key for one in self.question.cells if one.shown is False}
        self._first = {one.key for one in self._new() if self._is_small(one)}
        self._first |= {one.now for one in self.question.changes if self._tells(one)}
        self.hidden |= self._first
        self._tables = AlternativeTables(
            {key: one.value for key, one in self.cells.items()},
            {one.key: one.cost if one.shown is None else 0.0 for one in self._movable()},
            [(one.terms, one.constant, one.is_equal) for one in self.question.relations],
        )

    def answer(self) -> Answer:
        """Guard everything, also what follows from withholding more."""
        asked: set[_Guard] = set()
        while fresh := [one for one in self._guards() if one not in asked]:
            asked.update(fresh)
            waiting = [end for one in fresh for end in one.ends()]
            while waiting:
                waiting = self._keep(waiting)
        new = {one.key for one in self._new()}
        return Answer(
            small=frozenset(self._first & new),
            others=frozenset((self.hidden & new) - self._first),
            exposed=frozenset(self.exposed),
        )

    def _new(self) -> Iterator[Cell]:
        return (one for one in self.question.cells if one.shown is None)

    def _movable(self) -> Iterator[Cell]:
        return (one for one in self.question.cells if one.shown is not True)

    def _is_small(self, cell: Cell) -> bool:
        return cell.is_protected and 0 < cell.value < self.question.threshold

    def _tells(self, change: Change) -> bool:
        now, before = self.cells[change.now], self.cells[change.before]
        return now.shown is None and 0 < abs(now.value - before.value) < self.question.threshold

    def _guards(self) -> list[_Guard]:
        """List what must be kept apart, the greatest counts last: they bring the small ones along."""
        guards = [*self._of_cells(), *self._of_rests(), *self._of_changes(), *self._of_ties()]
        return sorted(guards, key=lambda one: (one.high - one.low, one.value, str(one.of)))

    def _of_cells(self) -> Iterator[_Guard]:
        for key in self.hidden:
            cell = self.cells[key]
            if self._is_small(cell):
                yield _Guard(((1, key),), cell.value, 1, self.question.threshold, key)

    def _of_rests(self) -> Iterator[_Guard]:
        for rest in self.question.rests:
            value = self.cells[rest.total].value - self.cells[rest.part].value
            if 0 < value < self.question.threshold and self._is_new(rest.total, rest.part):
                terms = ((1, rest.total), (-1, rest.part))
                yield _Guard(terms, value, 1, self.question.threshold, rest.total)

    def _is_new(self, *keys: Key) -> bool:
        return any(self.cells[key].shown is None for key in keys)

    def _of_changes(self) -> Iterator[_Guard]:
        width = self.question.threshold
        for change in self.question.changes:
            if self._tells(change):
                value = self.cells[change.now].value
                yield _Guard(
                    ((1, change.now),), value, max(0, value - width), value + width, change.now
                )

    def _of_ties(self) -> Iterator[_Guard]:
        """Keep the amount of a withheld count as uncertain as so many people's worth."""
        width = self.question.threshold
        for tie in self.question.ties:
            people, amount = self.cells[tie.count], self.cells[tie.amount]
            if tie.count not in self.hidden or people.value < 1 or amount.value < 1:
                continue
            if amount.shown is None:
                self.hidden.add(tie.amount)
            each = amount.value / people.value
            low = each * max(1, people.value - width)
            high = each * max(width, people.value + 1)
            yield _Guard(((1, tie.amount),), amount.value, low, high, tie.amount)

    def _keep(self, waiting: list[_End]) -> list[_End]:
        """Withhold what a table with the first end needs; return the ends that this table does not have."""
        first, *others = waiting
        found = self._tables.cheapest(Move(first.guard.terms, first.by), self.hidden)
        if found is None:
            self.exposed.add(first.guard.of)
            return others
        self.hidden |= found.keys()
        return [end for end in others if not end.is_in(found)]


def sum_relation(total: Key, parts: Iterable[Key], surplus: int = 0) -> Relation:
    """Return: the parts add up to the total and `surplus` people more, who stand in several parts."""
    return Relation((*((1, part) for part in parts), (-1, total)), surplus)
