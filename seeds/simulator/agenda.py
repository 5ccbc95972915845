"""What happens when: a queue of events by day, in a seeded order within the day."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Event:
    """Something that will be tried on a day; by then it may no longer fit, as in life.

    Parameters
    ----------
    day : number of the day, the first is 0
    place : order within the day
    kind : name of the act
    subject : id of the record it is about
    """

    day: int
    place: int
    kind: str = field(compare=False)
    subject: int = field(compare=False)


class Agenda:
    """Events to come."""

    def __init__(self) -> None:
        self._waiting: list[Event] = []
        self._count = 0

    def add(self, day: int, kind: str, subject: int) -> None:
        """Plan an event."""
        self._count += 1
        heapq.heappush(self._waiting, Event(day, self._count, kind, subject))

    def of_day(self, day: int) -> Iterator[Event]:
        """Yield the events up to a day, those planned meanwhile for the same day too."""
        while self._waiting and self._waiting[0].day <= day:
            yield heapq.heappop(self._waiting)

    def __len__(self) -> int:
        return len(self._waiting)
