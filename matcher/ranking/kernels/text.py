"""Text (文本): similarity of two texts, and a bound on it that costs a few operations.

A text is 32 terms with weights; the dot product of two reads two cache lines from anywhere in memory, which is most
of what ranking costs. Its signature is 256 bits, one set for every term. Two texts can share no more terms than
signature bits, so the k heaviest bits of one and the longest text of the other side bound the dot product where k
bits are shared (Cauchy and Schwarz). The bound never lies below, so whoever it keeps out was not to come in.
"""

import math
from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]  # the compiler has no stubs
from numba.core import types
from numba.extending import intrinsic, overload
from numba.np.arrayobj import make_array

from matcher.compiling import Array, Number, compiled
from matcher.ranking.text import DOT_BITS, SLOTS

WORDS = 4
"""64-bit words of a signature."""

BITS = 64 * WORDS
_SPREAD = 40_503
"""Multiplicative hash of 16 bits: 2**16 divided by the golden ratio, odd."""


@compiled
def bit_of(term: Number) -> Number:
    """Bit of a signature that stands for a term."""
    return (np.int64(term) * _SPREAD & 0xFFFF) >> 8


@compiled
def write_signature(term: Array, weight: Array, signature: Array) -> None:
    """Set the bits of a text's terms; `signature` is cleared first."""
    signature[:] = 0
    for slot in range(SLOTS):
        if weight[slot] > 0:
            bit = bit_of(term[slot])
            signature[bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)


@compiled
def write_signatures(term: Array, weight: Array, rows: Array, signatures: Array) -> Number:
    """Write the signatures of some rows and return the largest squared length among them."""
    longest = 0
    for at in range(len(rows)):
        row = rows[at]
        write_signature(term[row], weight[row], signatures[at])
        longest = max(longest, squared_length(weight[row]))
    return longest


@compiled
def squared_length(weight: Array) -> Number:
    """Square of the length of a text's vector."""
    total: Number = 0
    for slot in range(SLOTS):
        total += np.int64(weight[slot]) * np.int64(weight[slot])
    return total


@compiled
def write_caps(
    term: Array, weight: Array, longest: Number, most: Number, energy: Array, caps: Array
) -> None:
    """Write the most text points one text can have with another by the number of signature bits they share.

    Parameters
    ----------
    longest : largest squared length of a text on the other side
    energy : 256 zeros; zeros again afterwards
    caps : one place for no shared bit, one for every slot
    """
    for slot in range(SLOTS):
        energy[bit_of(term[slot])] += np.int64(weight[slot]) * np.int64(weight[slot])
    filled = 0
    for slot in range(SLOTS):
        bit = bit_of(term[slot])
        if energy[bit] > 0:
            filled = _insert_descending(caps, filled, energy[bit])
        energy[bit] = 0
    caps[filled + 1 :] = 0
    caps[0] = 0
    total = 0
    for shared in range(1, len(caps)):
        total += caps[shared]
        caps[shared] = min(most, _whole_root(total * longest) * most >> DOT_BITS)


@compiled
def _insert_descending(values: Array, filled: Number, value: Number) -> Number:
    """Insert a value into values[1 : filled + 1], which descend; return how many there are."""
    at = filled + 1
    while at > 1 and values[at - 1] < value:
        values[at] = values[at - 1]
        at -= 1
    values[at] = value
    return filled + 1


@compiled
def _whole_root(number: Number) -> Number:
    """Integer square root; exact whatever the processor's root of a float is."""
    root = int(math.sqrt(number))
    while root * root > number:
        root -= 1
    while (root + 1) * (root + 1) <= number:
        root += 1
    return root


def count_bits(word: int) -> int:
    """How many bits of a 64-bit word are set."""
    return int(word).bit_count()


@intrinsic
def _population(_: Any, word: Any) -> Any:
    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return word(word), generate


@overload(count_bits)
def _count_bits(word: Any) -> Any:
    def count(word: Any) -> Any:
        return _population(word)  # type: ignore[call-arg]  # numba itself gives the first one

    return count


@compiled
def shared_bits(signature: Array, signatures: Array, at: Number) -> Number:
    """How many bits two signatures share."""
    shared: Number = 0
    for word in range(WORDS):
        shared += np.int64(count_bits(signature[word] & signatures[at, word]))
    return shared


@compiled
def spread_text(term: Array, weight: Array, dense: Array) -> None:
    """Write one text's weights into a vector over all terms."""
    for slot in range(SLOTS):
        dense[term[slot]] = weight[slot]


@compiled
def clear_text(term: Array, dense: Array) -> None:
    """Make the vector zero again."""
    for slot in range(SLOTS):
        dense[term[slot]] = 0


@compiled
def text_points(dense: Array, term: Array, weight: Array, row: Number, most: Number) -> Number:
    """Text points of the spread text and a row's; rounding can lift a cosine just above 1."""
    dot: Number = 0
    for slot in range(SLOTS):
        dot += np.int64(dense[term[row, slot]]) * np.int64(weight[row, slot])
    return min(most, dot * most >> DOT_BITS)


def ask_ahead(rows: Array, row: int) -> None:
    """Ask for a row of an array before it is needed; compiled code waits for memory no longer, Python does nothing."""


_BYTE = ir.IntType(8).as_pointer()
_WORD, _FLAG = ir.IntType(64), ir.IntType(32)
_LINE = 64
"""Bytes of a cache line; a row of terms or weights is as long and may lie across two."""


@intrinsic
def _prefetch(_: Any, rows: Any, row: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = make_array(rows)(context, builder, arguments[0])  # type: ignore[no-untyped-call]  # numba has no types
        number = context.cast(builder, arguments[1], row, types.int64)
        width = builder.extract_value(array.strides, 0)
        start = builder.add(builder.ptrtoint(array.data, _WORD), builder.mul(number, width))
        called = ir.FunctionType(ir.VoidType(), [_BYTE, _FLAG, _FLAG, _FLAG])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", (_BYTE,), called)
        for offset in (0, _LINE - 1):
            at = builder.inttoptr(builder.add(start, ir.Constant(_WORD, offset)), _BYTE)
            builder.call(prefetch, [at, *(ir.Constant(_FLAG, flag) for flag in (0, 3, 1))])
        return context.get_dummy_value()

    return types.void(rows, row), generate


@overload(ask_ahead)
def _ask_ahead(rows: Any, row: Any) -> Any:
    def ask(rows: Any, row: Any) -> None:
        _prefetch(rows, row)  # type: ignore[call-arg]  # numba itself gives the first one

    return ask
