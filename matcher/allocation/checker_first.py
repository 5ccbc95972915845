"""Who sits where before any guarantee (核验首轮去向): deferred acceptance (Gale & Shapley 1962), the checker's own.

Part of `checker`. Fallback seats rest on it: whoever has a seat by the published choice alone needs no other.
Everybody proposes in the order of its wishes, round by round; postings keep whom they choose. The outcome does not
depend on who proposes when, so there is but one.
"""

from array import array
from collections import defaultdict

from matcher.allocation.checker_case import NO_PAIR, Case
from matcher.allocation.checker_choice import Kept, Limits, Sitter
from matcher.allocation.checker_pins import Pair


def first_seats(case: Case) -> dict[int, Pair]:
    """Return by person the posting and the group of its seat; of those left over, the group they were kept for."""
    instance = case.instance
    kept = [_choose(case, posting, []) for posting in range(len(instance.postings))]
    held: list[list[Sitter]] = [[] for _ in kept]
    at_wish = array("i", [-1]) * len(instance.people)
    free: list[int] = [one for one in range(len(instance.people)) if one not in case.pins.fixed]
    limits = [one.limits for one in kept]
    while free:
        asked: defaultdict[int, list[Sitter]] = defaultdict(list)
        for person in free:
            at = _next_wish(case, person, at_wish[person] + 1, limits)
            at_wish[person] = at
            if at < len(instance.wishes[person]):
                asked[instance.wishes[person][at]].append(case.sitter(person, at))
        free = []
        for posting, askers in asked.items():
            sitters = held[posting] + askers
            kept[posting] = chosen = _choose(case, posting, sitters)
            limits[posting] = chosen.limits
            held[posting] = [one for one in sitters if one.person in chosen.groups]
            free += chosen.refused
    return {
        person: (posting, chosen.group_taken(person))
        for posting, chosen in enumerate(kept)
        for person in chosen.groups
    }


def _choose(case: Case, posting: int, sitters: list[Sitter]) -> Kept:
    return case.chosen(posting, sitters, over_and_above=case.instance.over_and_above)


def _next_wish(case: Case, person: int, at: int, limits: list[Limits]) -> int:
    """Return the next wish whose posting would choose a person as things stand; later it will choose no worse ones."""
    wishes, person_class = case.instance.wishes[person], case.instance.classes[person]
    places, reserved_places = case.places[person], case.reserved_places[person]
    while at < len(wishes):
        place = places[at]
        if place != NO_PAIR:
            limit = limits[wishes[at]]
            # Most people are of no class and most postings full: the one comparison says it all for them.
            if place < limit.place or (
                person_class and limit.admit(person_class, place, reserved_places[at])
            ):
                return at
        at += 1
    return at
