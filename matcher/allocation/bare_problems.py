"""Reading a bare instance record by record, and all that is wrong with it: which record, and what to do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeAlias, TypeGuard, TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.market import named
from matcher.allocation.rules import PlanRules
from matcher.errors import InvalidInputError

Id: TypeAlias = int | str
Named: TypeAlias = tuple[str, Mapping[str, Any]]
"""A record and how problems name it."""

Member = TypeVar("Member", bound=StrEnum)

INSTANCE_FIELDS = frozenset({"postings", "graduates", "guarantee_class", "mode", "unfilled"})
POSTING_FIELDS = frozenset(
    {"id", "seats", "reserved", "order", "zero_employment", "reserved_order", "fit_points"}
)
GRADUATE_FIELDS = frozenset({"id", "class", "wishes", "wish_points", "lottery"})

_WORDS = {"postings": "岗位", "graduates": "毕业生"}
_OTHERS = {"order": "毕业生", "reserved_order": "毕业生", "wishes": "岗位"}
_SHOWN = 20
_POINTS_LIMIT = 1 << 31
_SEATS_LIMIT = 1_000_000
_LAST = (1 << 62) - 1


class Problems:
    """What is wrong (`found`, as dicts) and what was passed over (`remarks`)."""

    def __init__(self) -> None:
        self.found: list[dict[str, str]] = []
        self.remarks: list[str] = []

    def add(self, record: str, field: str, problem: str) -> None:
        """Note a problem of a record's field."""
        self.found.append({"record": record, "field": field, "problem": problem})

    def refuse(self) -> None:
        """Raise InvalidInputError if there is a problem."""
        if not self.found:
            return
        lines = [f"{one['record']} {one['field']}：{one['problem']}" for one in self.found[:_SHOWN]]
        if len(self.found) > _SHOWN:
            lines.append(f"另有 {len(self.found) - _SHOWN} 处。")
        message = f"实例有 {len(self.found)} 处问题，未求解：\n" + "\n".join(lines)
        raise InvalidInputError("plan_instance", message, problems=self.found)

    def mapping(self, given: Any, record: str, known: frozenset[str]) -> Mapping[str, Any]:
        """Take an object; unknown fields are remarked on."""
        if not isinstance(given, dict):
            self.add(record, "", "须为 JSON 对象。")
            return {}
        unknown = sorted(map(str, given.keys() - known))
        if unknown:
            self.remarks.append(f"{record}：不认识的字段 {named(unknown)}，未使用。")
        return given

    def records(
        self, instance: Mapping[str, Any], field: str, known: frozenset[str]
    ) -> list[Named]:
        """Take one side's records, each with the name problems call it by."""
        listed = instance.get(field)
        if not isinstance(listed, list):
            self.add("instance", field, "须为数组。")
            return []
        found: list[Named] = []
        for number, given in enumerate(listed):
            shown = given.get("id", "?") if isinstance(given, dict) else "?"
            name = f"{field}[{number}]（{_WORDS[field]} {shown}）"
            found.append((name, self.mapping(given, name, known)))
        return found

    def ids(self, records: Sequence[Named]) -> dict[Id, int]:
        """Return the row of each id; ids must differ as JSON's names do, which are strings."""
        rows: dict[Id, int] = {}
        first: dict[str, str] = {}
        for name, record in records:
            given = record.get("id")
            if not _is_id(given):
                self.add(name, "id", "须为整数或完整的文字。")
            elif str(given) in first:
                self.add(name, "id", f"编号与 {first[str(given)]} 重复，请改用不同的编号。")
            else:
                first[str(given)] = name
                rows[given] = len(rows)
        return rows

    def whole(
        self,
        record: Mapping[str, Any],
        name: str,
        field: str,
        default: int | None,
        least: int,
        most: int = _SEATS_LIMIT,
    ) -> int:
        """Take a whole number of a range; without a default it has to be there."""
        value = record.get(field, default)
        if type(value) is not int or not least <= value <= most:
            given = "没有" if value is None else f"“{value}”"
            self.add(name, field, f"须为 {least} 到 {most} 的整数，现为{given}。")
            return least
        return value

    def member(
        self, record: Mapping[str, Any], field: str, kind: type[Member], default: Member
    ) -> Member:
        """Take a value of a closed list."""
        value = record.get(field, default.value)
        if value not in list(kind):
            self.add("instance", field, f"须为 {'、'.join(kind)} 之一，现为“{value}”。")
            return default
        return kind(value)

    def rows(
        self, record: Mapping[str, Any], name: str, field: str, row_of: Mapping[Id, int]
    ) -> list[int]:
        """Take a list of the other side's ids as rows."""
        listed = record.get(field)
        if not isinstance(listed, list):
            self.add(name, field, "须为数组。")
            return []
        if all(map(_is_id, listed)):
            rows = [row_of.get(one, -1) for one in listed]
            if -1 not in rows and len(set(rows)) == len(rows):
                return rows
        self._why_not(listed, name, field, row_of)
        return [row_of[one] for one in dict.fromkeys(filter(_is_id, listed)) if one in row_of]

    def _why_not(self, listed: list[Any], name: str, field: str, row_of: Mapping[Id, int]) -> None:
        """Say which entries of a list are unknown or stand twice."""
        word = _OTHERS[field]
        unknown = [one for one in listed if not _is_id(one) or one not in row_of]
        if unknown:
            self.add(name, field, f"{word} {named(unknown)} 不在实例中，请删去或补上该{word}。")
        twice = [one for one, n in Counter(filter(_is_id, listed)).items() if n > 1]
        if twice:
            self.add(name, field, f"{word} {named(twice)} 列了不止一次，请只保留一次。")

    def points(
        self, records: Sequence[Named], field: str, points_field: str, *, descend: bool
    ) -> NDArray[np.int64] | None:
        """Take the points beside each list, laid end to end; None if no record has any."""
        if not any(points_field in record for _, record in records):
            return None
        found: list[int] = []
        for name, record in records:
            points, listed = record.get(points_field, []), record.get(field)
            n_listed = len(listed) if isinstance(listed, list) else 0
            if not isinstance(points, list) or len(points) != n_listed:
                self.add(name, points_field, f"须为与 {field} 等长的数组（{n_listed} 项）。")
            elif not all(type(one) is int and abs(one) < _POINTS_LIMIT for one in points):
                self.add(name, points_field, "每一项须为 32 位以内的整数。")
            elif descend and any(b > a for a, b in pairwise(points)):
                self.add(name, points_field, f"须随 {field} 的次序递减或相等。")
            else:
                found += points
        return np.asarray(found, dtype=np.int64)

    def lottery(self, graduates: Sequence[Named]) -> list[int]:
        """Take who goes first among equals: the places in the list, or a number of each, all different."""
        if not any("lottery" in record for _, record in graduates):
            return list(range(len(graduates)))
        drawn = [self.whole(record, name, "lottery", None, 0, _LAST) for name, record in graduates]
        times = Counter(drawn)
        for (name, _), number in zip(graduates, drawn, strict=True):
            if times[number] > 1:
                self.add(name, "lottery", f"抽签号 {number} 重复，请改用不同的号码。")
        return drawn

    def classes_without_seat(
        self,
        graduates: Sequence[Named],
        classes: Sequence[int],
        seats: Sequence[Sequence[int]],
        rules: PlanRules,
    ) -> None:
        """Note guaranteed classes that no seat at all is open to."""
        groups = [any(group) for group in zip(*seats, strict=True)] or [False] * 3
        guaranteed = rules.guaranteed(np.arange(6, dtype=np.int8))
        for person_class in sorted(set(classes)):
            is_open = zip(rules.open_to(person_class), groups, strict=True)
            if guaranteed[person_class] and not any(open_ and there for open_, there in is_open):
                people = zip(graduates, classes, strict=True)
                who = [record.get("id") for (_, record), own in people if own == person_class]
                self.add(
                    "instance",
                    "guarantee_class",
                    f"类别 {person_class} 设有保底，但没有一个席位向其开放：毕业生 {named(who)}。"
                    "请增加席位，或调整保底类别。",
                )


def _is_id(given: object) -> TypeGuard[Id]:
    return type(given) is int or (type(given) is str and _is_whole(given))


def _is_whole(text: str) -> bool:
    """Say whether a text can be written in UTF-8; half a character (a lone surrogate) cannot."""
    return text.isascii() or not any("\ud800" <= one <= "\udfff" for one in text)
