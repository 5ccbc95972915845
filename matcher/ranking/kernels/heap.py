"""The best few (名单): a bounded heap of keys, the worst on top."""

from matcher.compiling import Array, Number, compiled


@compiled
def push(keys: Array, rows: Array, filled: Number, key: Number, row: Number) -> Number:
    """Take an entry in if there is room or it beats the worst; return how many there are.

    Every parent is no better than its children, so keys[0] is what a newcomer has to beat.
    """
    if filled < len(keys):
        rise(keys, rows, filled, key, row)
        return filled + 1
    if key > keys[0]:
        sink(keys, rows, filled, key, row)
    return filled


@compiled
def rise(keys: Array, rows: Array, at: Number, key: Number, row: Number) -> None:
    """Put an entry at a free place below and let it rise past better parents."""
    while at > 0:
        parent = (at - 1) >> 1
        if keys[parent] <= key:
            break
        keys[at], rows[at] = keys[parent], rows[parent]
        at = parent
    keys[at], rows[at] = key, row


@compiled
def sink(keys: Array, rows: Array, filled: Number, key: Number, row: Number) -> None:
    """Put an entry in place of the worst and let it sink below worse children."""
    at = 0
    while True:
        child = 2 * at + 1
        if child >= filled:
            break
        if child + 1 < filled and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[at], rows[at] = keys[child], rows[child]
        at = child
    keys[at], rows[at] = key, row


@compiled
def sort_best_first(keys: Array, rows: Array, filled: Number) -> None:
    """Turn the heap into a list, best first: the worst goes to the end, and so on."""
    for last in range(filled - 1, 0, -1):
        key, row = keys[last], rows[last]
        keys[last], rows[last] = keys[0], rows[0]
        sink(keys, rows, last, key, row)
