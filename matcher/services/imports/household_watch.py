"""What only the whole roster can tell of a row: people in two files, two holders, one number for two households."""

from dataclasses import dataclass, field
from typing import Any

from matcher.services.imports.household_members import person_key
from matcher.services.imports.rows import StagedRow, Values, own_problem

_Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Seen:
    """Where a person stood first."""

    number: str
    place: _Place
    row_key: str


@dataclass(frozen=True, slots=True)
class _Holder:
    """The first holder of a file."""

    key: str
    name: str
    place: _Place


@dataclass
class RosterWatch:
    """Remembers the rows of a roster while they are staged, from the first sheet to the last."""

    people: dict[str, _Seen] = field(default_factory=dict)
    """By identity number's hash or (file, name)."""
    rows: dict[tuple[bool, str], _Seen] = field(default_factory=dict)
    """The same, apart for rows of whole households and rows of members."""
    holders: dict[str, _Holder] = field(default_factory=dict)
    tiers: dict[str, tuple[str, _Place]] = field(default_factory=dict)
    barred: dict[str, _Place] = field(default_factory=dict)
    """Files whose holder stands in another file."""
    clash: tuple[str, str] | None = None
    """Sheet and number of the household just read that bears the number of another one."""

    def judge(self, row: StagedRow, values: Values) -> StagedRow:
        """Refuse what cannot stand beside the rows before it, and remember the rest."""
        number, place = values["file_number"], (row.sheet, row.row)
        problem = (
            self._barred(values)
            or self._clash(values, place)
            or self._twice(values, place)
            or self._holder(values)
        )
        if problem is not None:
            return row.refused(problem)
        for member in values["members"]:
            key, seen = _key(number, member), _Seen(number, place, values["key"])
            self.people.setdefault(key, seen)
            if not member["is_beside"]:
                self.rows.setdefault((values["is_whole"], key), seen)
            if member["is_holder"]:
                holder = _Holder(person_key(member), member["name"], place)
                self.holders.setdefault(number, holder)
        return self._tier(row, values, place)

    def bar(self, values: Values, place: _Place) -> None:
        """Note that the holder of a file stands in another one: the rest of the family does too."""
        if any(member["is_holder"] for member in values["members"]):
            self.barred.setdefault(values["file_number"], place)

    def _barred(self, values: Values) -> dict[str, Any] | None:
        place = self.barred.get(values["file_number"])
        if place is None:
            return None
        return own_problem(
            "household_barred",
            f"这一户的户主（{_where(place)}）已在另一份档案中，一户不能有两份档案",
            "请核对哪一份有效；只留一份",
        )

    def _clash(self, values: Values, place: _Place) -> dict[str, Any] | None:
        """Refuse a household that bears the number of another one, all its rows."""
        number, sheet = values["file_number"], place[0]
        first = self.holders.get(number)
        named = values["holder_name"]
        is_other = first is not None and named is not None and named != first.name
        brings = next((m for m in values["members"] if m["is_holder"]), None)
        if is_other and brings and not values["is_whole"] and named != brings["name"]:
            is_other = False  # one household with a second holder: said below
        if self.clash == (sheet, number) and (brings is None or is_other):
            is_other = True
        self.clash = (sheet, number) if is_other else None
        if not is_other or first is None:
            return None
        return own_problem(
            "number_twice",
            f"档案编号与{_where(first.place)}的另一户相同",
            "请核对编号是否抄错，一户一号",
        )

    def _twice(self, values: Values, place: _Place) -> dict[str, Any] | None:
        for member in values["members"]:
            key = _key(values["file_number"], member)
            known = self.people.get(key)
            if known is not None and known.number != values["file_number"]:
                self.bar(values, place)
                return own_problem(
                    "member_in_two_files",
                    f"此人已在{_where(known.place)}的另一户中，一人不能在两户",
                    "请核对此人属于哪一户，只保留一处",
                )
            known = self.rows.get((values["is_whole"], key))
            if known is not None and known.row_key != values["key"] and not member["is_beside"]:
                by = "身份证号" if member["id_number_index"] else "姓名"
                return own_problem(
                    "person_twice",
                    f"{by}与{_where(known.place)}相同，属同一户",
                    "同一人只需保留一处；不是同一人的请核对号码",
                )
        return None

    def _holder(self, values: Values) -> dict[str, Any] | None:
        first = self.holders.get(values["file_number"])
        for member in values["members"]:
            if member["is_holder"] and first and not _is_same(first, member):
                return own_problem(
                    "holder_twice",
                    f"这一户已有户主（{_where(first.place)}），一户只能有一位",
                    "请改正与户主关系，或核对档案编号是否抄错",
                )
        return None

    def _tier(self, row: StagedRow, values: Values, place: _Place) -> StagedRow:
        tier = values["household"]["tier"]
        if tier is None:
            return row
        first = self.tiers.setdefault(values["file_number"], (tier, place))
        if first[0] == tier:
            return row
        reason = f"困难类别与{_where(first[1])}（同一户）不同，以先出现的为准"
        return row.warned(own_problem("tier_contradicted", reason, "请核对", severity="warn"))


def lacking_holder() -> dict[str, Any]:
    """Return the remark on rows of a file without a holder."""
    return own_problem(
        "no_holder", "这一户没有户主（困难职工本人）的行", "请补上户主一行", severity="warn"
    )


def other_holder() -> dict[str, Any]:
    """Return why somebody cannot become the holder of a file that has one."""
    return own_problem(
        "holder_known",
        "这个编号的档案已有另一位户主",
        "请核对档案编号是否抄错；更换户主请在档案页办理",
    )


def _is_same(first: _Holder, member: Values) -> bool:
    """Say whether a holder is the first one; a number said only once makes no other person."""
    if first.key == person_key(member):
        return True
    lacks = first.key == first.name or not member["id_number_index"]
    return lacks and first.name == member["name"]


def _key(number: str, member: Values) -> str:
    return member["id_number_index"] or f"{number}\x1f{member['name']}"


def _where(place: _Place) -> str:
    return f"工作表“{place[0]}”第 {place[1]} 行"
