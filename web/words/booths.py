"""Words about booths (展位): short names that fit a cell of a drawing, the chosen booth in a sentence."""

import re

_TAIL = re.compile("(股份|集团|控股)?(有限责任公司|有限公司|公司|集团|事务所|合作社|（有限合伙）)$")
_PER_LINE = 6
_LINES = 2


def short_name(name: str) -> list[str]:
    """Return a name on two lines of six characters, without what every name ends in; the title has all of it."""
    short = _TAIL.sub("", name) or name
    if len(short) > _PER_LINE * _LINES:
        short = short[: _PER_LINE * _LINES - 1] + "…"
    return [short[i : i + _PER_LINE] for i in range(0, len(short), _PER_LINE)]
