"""The product's own reader of 专业要求 as the `compile_leaves` of a snapshot."""

from collections.abc import Callable, Sequence

from matcher.ranking.acceptance import CompileLeaves, LeafAnswer
from matcher.vocabulary.majors import MajorRef
from matcher.vocabulary.requirements import LeafIndex, Requirement


def product_compiler(read: Callable[[str], Requirement]) -> CompileLeaves:
    """Compile requirement keys with the product's reader.

    Parameters
    ----------
    read : from requirement key (whatever the caller put into `PostingFacts.requirement`) to reading
    """

    def compile_leaves(leaves: Sequence[MajorRef]) -> Callable[[str], list[LeafAnswer]]:
        index = LeafIndex(leaves)
        return lambda key: index.compile(read(key))

    return compile_leaves
