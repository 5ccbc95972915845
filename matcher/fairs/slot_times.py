"""Interview slots at a booth (面试时段): a session cut into equal times, for several tables."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SlotTime:
    """One place for one person, in minutes of the day."""

    begins: int
    ends: int
    table_number: int


def slot_times(
    begins: int,
    ends: int,
    *,
    minutes: int,
    n_tables: int,
    taken: Sequence[SlotTime] = (),
) -> list[SlotTime]:
    """Cut a span of the day into slots that touch no slot there is at the same table.

    Parameters
    ----------
    begins, ends : minutes of the day; a slot that would end later is left out
    minutes : length of a slot, at least 1
    n_tables : tables side by side, numbered from 1
    taken : slots there are; what they cover is left out
    """
    if minutes < 1 or n_tables < 1:
        raise ValueError("a slot lasts a minute at least, and stands at a table")
    wanted = [
        SlotTime(at, at + minutes, table)
        for at in range(begins, ends - minutes + 1, minutes)
        for table in range(1, n_tables + 1)
    ]
    return [one for one in wanted if not any(_meet(one, other) for other in taken)]


def _meet(one: SlotTime, other: SlotTime) -> bool:
    return (
        one.table_number == other.table_number
        and one.begins < other.ends
        and other.begins < one.ends
    )
