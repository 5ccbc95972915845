"""What to do better next time (改进建议): findings from the figures of a fair, each with the number it rests on.

A finding is a code with values; its words are the edge's. Thresholds are rules of thumb of the product, none is law:
they say when a number is worth a look, and the rows behind it say whether it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

MANY_MISSED = 0.2
"""From one in five visitors who reached no booth on, the way through the hall is the question, not the person."""
LONG_WAIT_MINUTES = 20
"""People leave a line at about a third of an hour."""
CROWDED_HOUR = 0.4
"""An hour that took two fifths of the day's visitors was too much of a rush to be served."""
MANY_REFUSED = 0.05
"""One scan in twenty refused: something about the tickets was not understood."""
FEW_POSTS_USED = 0.5
"""Half of the posts shown had nobody asking: they did not fit who came."""
LOW_SCORE = 3.5
"""Of five, in a survey."""
FEW_ANSWERS = 5
"""Fewer answers say nothing, and might tell whose they were."""


class Finding(StrEnum):
    """What was found."""

    NO_SHOW = "no_show"
    IDLE_BOOTHS = "idle_booths"
    REACHED_NOBODY = "reached_nobody"
    UNUSED_POSTS = "unused_posts"
    LONG_QUEUES = "long_queues"
    CROWDED_HOUR = "crowded_hour"
    DOOR_REFUSALS = "door_refusals"
    BOOTH_REFUSALS = "booth_refusals"
    OUTSIDE_DOOR = "outside_door"
    LOW_SCORE = "low_score"
    UNSETTLED = "unsettled"


@dataclass(frozen=True, slots=True)
class Found:
    """One finding; `weight` puts the worst first."""

    finding: Finding
    weight: float
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FairNumbers:
    """What the findings rest on.

    Parameters
    ----------
    entries_by_hour : first entries by hour of the day ("2026-05-01 09"), in order of time
    door_refusals : refused scans by reason
    booth_refusals : contacts that ended with a refusal, by reason
    longest_waits : (booth or employer, mean minutes waited) of the worst lines
    scores : (question, mean, answers) of the questions answered from 1 to 5
    """

    n_employers: int
    n_absent: int
    n_idle: int
    n_people: int
    n_reached_nobody: int
    n_posts: int
    n_unused_posts: int
    n_outside_door: int
    n_open_follows: int
    entries_by_hour: Mapping[str, int]
    door_refusals: Mapping[str, int]
    booth_refusals: Mapping[str, int]
    longest_waits: Sequence[tuple[str, float]]
    scores: Sequence[tuple[str, float, int]]


def find_improvements(numbers: FairNumbers) -> list[Found]:
    """Return what is worth doing better, the weightiest first; an empty fair has no findings."""
    found = [
        *_of_employers(numbers),
        *_of_visitors(numbers),
        *_of_the_door(numbers),
        *_of_queues(numbers),
        *_of_answers(numbers),
    ]
    return sorted(found, key=lambda one: (-one.weight, one.finding.value))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _of_employers(n: FairNumbers) -> list[Found]:
    found = []
    if n.n_absent:
        share = _share(n.n_absent, n.n_absent + n.n_employers)
        found.append(Found(Finding.NO_SHOW, share, {"n": n.n_absent}))
    if n.n_idle and n.n_people:
        share = _share(n.n_idle, n.n_employers)
        found.append(Found(Finding.IDLE_BOOTHS, share, {"n": n.n_idle, "of": n.n_employers}))
    if n.n_people and _share(n.n_unused_posts, n.n_posts) >= FEW_POSTS_USED:
        share = _share(n.n_unused_posts, n.n_posts)
        values: dict[str, object] = {"n": n.n_unused_posts, "of": n.n_posts}
        found.append(Found(Finding.UNUSED_POSTS, share / 2, values))
    if n.booth_refusals:
        reason, most = max(n.booth_refusals.items(), key=lambda one: (one[1], one[0]))
        values = {"reason": reason, "n": most, "of": sum(n.booth_refusals.values())}
        found.append(Found(Finding.BOOTH_REFUSALS, 0.1, values))
    return found


def _of_visitors(n: FairNumbers) -> list[Found]:
    found = []
    if n.n_reached_nobody:
        share = _share(n.n_reached_nobody, n.n_people)
        weight = share * 2 if share >= MANY_MISSED else share
        values: dict[str, object] = {"n": n.n_reached_nobody, "of": n.n_people}
        found.append(Found(Finding.REACHED_NOBODY, weight, values))
    if n.n_outside_door:
        found.append(Found(Finding.OUTSIDE_DOOR, 1.0, {"n": n.n_outside_door}))
    if n.n_open_follows:
        found.append(Found(Finding.UNSETTLED, 0.05, {"n": n.n_open_follows}))
    return found


def _of_the_door(n: FairNumbers) -> list[Found]:
    found = []
    entered = sum(n.entries_by_hour.values())
    if len(n.entries_by_hour) > 1:
        hour, most = max(n.entries_by_hour.items(), key=lambda one: (one[1], one[0]))
        if _share(most, entered) >= CROWDED_HOUR:
            values: dict[str, object] = {"hour": hour, "n": most, "of": entered}
            found.append(Found(Finding.CROWDED_HOUR, _share(most, entered), values))
    refused = sum(n.door_refusals.values())
    if refused and _share(refused, refused + entered) >= MANY_REFUSED:
        reason, most = max(n.door_refusals.items(), key=lambda one: (one[1], one[0]))
        values = {"reason": reason, "n": most, "of": refused}
        found.append(Found(Finding.DOOR_REFUSALS, _share(refused, refused + entered), values))
    return found


def _of_queues(n: FairNumbers) -> list[Found]:
    long = [one for one in n.longest_waits if one[1] >= LONG_WAIT_MINUTES]
    if not long:
        return []
    where, minutes = long[0]
    values: dict[str, object] = {"where": where, "minutes": round(minutes), "n": len(long)}
    return [Found(Finding.LONG_QUEUES, min(1.0, minutes / 60), values)]


def _of_answers(n: FairNumbers) -> list[Found]:
    return [
        Found(
            Finding.LOW_SCORE,
            (LOW_SCORE - mean) / 5 + 0.1,
            {"question": code, "mean": round(mean, 1)},
        )
        for code, mean, answers in n.scores
        if answers >= FEW_ANSWERS and mean < LOW_SCORE
    ]
