"""What only the whole roster can tell of a row: people in two files, two holders, files that contradict themselves."""

from dataclasses import dataclass, field
from typing import Any

from matcher.services.imports.household_members import person_key
from matcher.services.imports.rows import StagedRow, Values, own_problem

_Place = tuple[str, int]


@dataclass
class RosterWatch:
    """Remembers the rows of a roster while they are staged, from the first sheet to the last."""

    people: dict[str, tuple[str, _Place, str]] = field(default_factory=dict)
    """By identity number's hash or (file, name): the file, the place, the row's key."""
    holders: dict[str, tuple[str, _Place]] = field(default_factory=dict)
    tiers: dict[str, tuple[str, _Place]] = field(default_factory=dict)
    barred: dict[str, _Place] = field(default_factory=dict)
    """Files whose holder stands in another file."""

    def judge(self, row: StagedRow, values: Values) -> StagedRow:
        """Refuse what cannot stand beside the rows before it, and remember the rest."""
        number, place = values["file_number"], (row.sheet, row.row)
        problem = self._barred(values) or self._twice(values, place) or self._holder(values, place)
        if problem is not None:
            return row.refused(problem)
        for member in values["members"]:
            self.people.setdefault(_key(number, member), (number, place, values["key"]))
            if member["is_holder"]:
                self.holders.setdefault(number, (person_key(member), place))
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

    def _twice(self, values: Values, place: _Place) -> dict[str, Any] | None:
        for member in values["members"]:
            known = self.people.get(_key(values["file_number"], member))
            if known is None:
                continue
            number, there, row_key = known
            if number != values["file_number"]:
                self.bar(values, place)
                return own_problem(
                    "member_in_two_files",
                    f"此人已在{_where(there)}的另一户中，一人不能在两户",
                    "请核对此人属于哪一户，只保留一处",
                )
            if row_key != values["key"] and not member["is_beside"]:
                return own_problem(
                    "person_twice", f"此人已在{_where(there)}，属同一户", "同一人只需保留一处"
                )
        return None

    def _holder(self, values: Values, place: _Place) -> dict[str, Any] | None:
        for member in values["members"]:
            first = self.holders.get(values["file_number"])
            if member["is_holder"] and first and first[0] != person_key(member):
                return own_problem(
                    "holder_twice",
                    f"这一户已有户主（{_where(first[1])}），一户只能有一位",
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
        return row.warned(
            own_problem(
                "tier_contradicted",
                f"困难类别与{_where(first[1])}（同一户）不同，以先出现的为准",
                "请核对",
                severity="warn",
            )
        )


def lacking_holder() -> dict[str, Any]:
    """Return the remark on rows of a file without a holder."""
    return own_problem(
        "no_holder", "这一户没有户主（困难职工本人）的行", "请补上户主一行", severity="warn"
    )


def _key(number: str, member: Values) -> str:
    return member["id_number_index"] or f"{number}\x1f{member['name']}"


def _where(place: _Place) -> str:
    return f"工作表“{place[0]}”第 {place[1]} 行"
