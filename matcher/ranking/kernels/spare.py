"""Lists patched (改动名单): one entry leaves or comes, and what is known of a list stays exact.

A list is known as far as its width: places that are shown, then spare ones. The key in the last place is the floor:
whoever stands below it is not known. Without a floor (-1) everybody eligible is on the list. An entry that leaves a
list with a floor leaves the floor behind: the key stays in the last place, with nobody beside it.
"""

from typing import NamedTuple

from matcher.compiling import Array, Number, compiled
from matcher.ranking.order import EMPTY

UNKNOWN = -1
"""Count of a list that must be ranked."""


class Moves(NamedTuple):
    """Entries that left lists, came or moved, in the order of the changes.

    Parameters
    ----------
    number : of the list
    partner : id of the entry
    key : its key now; EMPTY where it does not come as far as anybody knew the list
    gained : 1 where the pair became eligible, -1 where it no longer is, else 0
    """

    number: Array
    partner: Array
    key: Array
    gained: Array


@compiled
def patch_lists(
    keys: Array, partners: Array, counts: Array, eligible: Array, moves: Moves, length: Number
) -> None:
    """Patch lists in place; the count of one that has to be ranked becomes UNKNOWN.

    Parameters
    ----------
    length : places that are shown
    """
    for at in range(len(moves.number)):
        number = moves.number[at]
        if counts[number] == UNKNOWN:
            continue
        filled = patch_list(
            keys[number], partners[number], counts[number], moves.partner[at], moves.key[at], length
        )
        counts[number] = filled
        eligible[number] = max(eligible[number] + moves.gained[at], filled)


@compiled
def patch_list(
    keys: Array, partners: Array, filled: Number, partner: Number, key: Number, length: Number
) -> Number:
    """Take an entry out of one list and put it in where its key belongs; return how many are known then."""
    width = len(keys)
    floor = keys[width - 1]
    filled = take_out(keys, partners, filled, partner)
    if key != EMPTY and key >= floor:
        filled = put_in(keys, partners, filled, partner, key)
    if floor != EMPTY:
        if filled < length:
            return UNKNOWN
        if filled < width:
            keys[width - 1] = floor
    return filled


@compiled
def take_out(keys: Array, partners: Array, filled: Number, partner: Number) -> Number:
    """Close the gap an entry leaves, if it is there; return how many stay."""
    at = 0
    while at < filled and partners[at] != partner:
        at += 1
    if at == filled:
        return filled
    for place in range(at, filled - 1):
        keys[place], partners[place] = keys[place + 1], partners[place + 1]
    keys[filled - 1], partners[filled - 1] = EMPTY, EMPTY
    return filled - 1


@compiled
def put_in(keys: Array, partners: Array, filled: Number, partner: Number, key: Number) -> Number:
    """Put an entry in its place; on a full list the last one goes. Return how many there are."""
    if filled == len(keys):
        filled -= 1
        if keys[filled] > key:
            return filled + 1
    at = filled
    while at > 0 and keys[at - 1] < key:
        keys[at], partners[at] = keys[at - 1], partners[at - 1]
        at -= 1
    keys[at], partners[at] = key, partner
    return filled + 1
