"""What a fresh web process reads before its first request (预热): the vocabulary of search boxes and readings.

Its tables are built at their first use, some in a tenth of a second; whoever asked first would wait for
them. It is done in each process, after the fork, since gunicorn loads the application there (no
`--preload`). Editions imported on this installation are put in force first: they make tables of their own.
"""

import gc

from matcher.db.engine import SessionFactory, reading
from matcher.services import catalogues
from matcher.vocabulary.intents import read_intent
from matcher.vocabulary.requirements import read_requirement
from web.choices import SEARCHES, directory_names

_REQUIREMENT = (
    "工学（08），计算机类、政治学、经济学与哲学、某某工程、某物、道路桥梁某、某某艺某类等相关专业，"
    "不含软件工程、某某"
)
"""Touches every rule of the reader once: classes, codes, words no catalogue has, exclusions."""

_WISH = "想在银川或附近做会计、行政，4000以上，最好是国企"


def warm_up(factory: SessionFactory) -> None:
    """Read once of every kind, and keep the collector of cycles from visiting what stays for good."""
    with reading(factory) as session:
        catalogues.adopt(session)
    for search in SEARCHES.values():
        search("x")
        search("会计")
    for directory in (None, *directory_names()):
        read_requirement(_REQUIREMENT, "混合", directory)
    read_intent(_WISH)
    gc.freeze()
