"""Indicators in addresses: some codes say whom they count, and addresses stand in histories, logs and mails."""

from functools import lru_cache

from matcher.statistics.indicators import indicators_by_code

_PLAIN = (("zero", "home"), ("reserved", "kept"))
"""Parts of codes that would tell, and what an address says instead."""


def line_word(code: str) -> str:
    """Return the word that stands for an indicator in an address."""
    for telling, plain in _PLAIN:
        code = code.replace(telling, plain)
    return code


def code_of_word(word: str) -> str:
    """Return the code a word of an address stands for; a word that stands for none comes back as it is."""
    return _codes().get(word, word)


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    return {line_word(code): code for code in indicators_by_code()}
