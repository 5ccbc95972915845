"""What may not be done for a placement (四不准、三不得), and how internships (见习、实习) are told from jobs.

An internship is a service, never an outcome: its papers prove no employment.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_WORDS = ("见习", "实习", "顶岗")
"""Words by which a post's form or title tells of an internship; 实习律师 is a job, so a title is only warned of."""


@dataclass(frozen=True, slots=True)
class Ban:
    """One ban in the words of its source."""

    code: str
    title: str
    words: str
    source: str
    grade: str


@lru_cache(maxsize=1)
def load_bans() -> tuple[Ban, ...]:
    """Read the table once per process."""
    table = files("matcher.policy.data").joinpath("placement_bans.csv").read_text(encoding="utf-8")
    return tuple(
        Ban(row["code"], row["title"], row["words"], row["source"], row["grade"])
        for row in csv.DictReader(table.splitlines())
    )


def sounds_like_internship(text: str | None) -> bool:
    """Say whether a form of work or a job title speaks of an internship."""
    return any(word in (text or "") for word in _WORDS)
