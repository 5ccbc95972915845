"""Caches that hold what was read from the catalogues, and how all of them are emptied at once.

An edition imported while the product runs changes what a name means. Whatever was worked out from the
catalogues before (readings, keys, indexes) is then stale, in modules that the catalogue must not know.
So each of them marks its cache with `catalogue_cache` instead of `lru_cache`, and `forget` empties all.

A reading that began before `forget` may end after it, in another thread. The generation is therefore
part of every key: what the old catalogues said is kept under the old generation, where nobody looks.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

_empty: list[Callable[[], None]] = []
_generation = [0]


def catalogue_cache(
    maxsize: int | None,
) -> Callable[[Callable[Arguments, Answer]], Callable[Arguments, Answer]]:
    """Cache a function whose answers rest on the catalogues, and remember the cache for `forget`."""

    def wrap(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
        @lru_cache(maxsize=maxsize)
        def remembered(_: int, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
            return function(*args, **kwargs)

        @wraps(function)
        def cached(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
            return remembered(_generation[0], *args, **kwargs)  # type: ignore[arg-type]  # lru_cache asks for hashable arguments at run time

        _empty.append(remembered.cache_clear)
        return cached

    return wrap


def forget() -> None:
    """Empty every cache made by `catalogue_cache`."""
    _generation[0] += 1
    for empty in _empty:
        empty()
