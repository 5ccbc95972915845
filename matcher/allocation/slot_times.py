"""Times of the slots of an interview day (面试时段), in minutes of the day."""

from collections.abc import Sequence

DAY = 24 * 60


def slot_times(
    first: int, length: int, count: int, breaks: Sequence[tuple[int, int]] = ()
) -> list[tuple[int, int]]:
    """Return begin and end of `count` slots in a row; one that would run into a break begins after it.

    Raises
    ------
    ValueError
        They do not fit into the day.
    """
    times: list[tuple[int, int]] = []
    begins = first
    pauses = sorted(breaks)
    while len(times) < count:
        for start, end in pauses:
            if begins < end and start < begins + length:
                begins = end
        if begins + length > DAY:
            raise ValueError("the slots do not fit into the day")
        times.append((begins, begins + length))
        begins += length
    return times
