"""One ticket's ways through the doors, put together from several logs (入场时间线合并).

A scanner without network brings home what it saw; meanwhile other doors wrote of the same ticket. Sorted by time, a
ticket goes in and out by turns. Where it does not, two doors let it in, and of two such scans the one that was brought
home is the conflict: the log's rows are never changed. Pure and linear after sorting.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pass:
    """One time a ticket went through a door.

    Attributes
    ----------
    key : what the caller knows it by
    is_logged : stands in the log; else it is being brought home
    is_spare : a logged leaving that was refused, since nobody knew yet that the ticket was inside
    """

    at: dt.datetime
    is_in: bool
    key: str
    is_logged: bool = False
    is_spare: bool = False


@dataclass(slots=True)
class Timeline:
    """What the merging found.

    Attributes
    ----------
    kept : the passes that go in and out by turns, in order of time
    contradicts : of each brought pass that does not fit, the key of the one it contradicts (None: nothing before)
    is_inside : after the last of them
    """

    kept: list[Pass] = field(default_factory=list)
    contradicts: dict[str, str | None] = field(default_factory=dict)

    @property
    def is_inside(self) -> bool:
        """Say whether the ticket is inside after all of them."""
        return bool(self.kept) and self.kept[-1].is_in


def merged(passes: Iterable[Pass]) -> Timeline:
    """Put the passes of one ticket in order; of equal times the logged one comes first.

    Returns
    -------
    Timeline : every logged pass but spare ones is kept; every brought one is kept or contradicts another
    """
    found = Timeline()
    for one in sorted(passes, key=lambda each: (each.at, not each.is_logged, each.key)):
        last = found.kept[-1] if found.kept else None
        if one.is_in != found.is_inside:
            found.kept.append(one)
        elif not one.is_logged:
            found.contradicts[one.key] = None if last is None else last.key
        elif not one.is_spare:
            if last is not None and not last.is_logged:
                found.contradicts[last.key] = one.key
                found.kept.pop()
            found.kept.append(one)
    return found
