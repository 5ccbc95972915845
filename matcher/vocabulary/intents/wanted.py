"""What a sentence of wishes says of wishes alone: refusals (不要销售) must not score for what they refuse."""

import re
from functools import lru_cache

from matcher.vocabulary.intents.reading import read_intent

# A sentence without any of these refuses nothing, and is not read at all.
_REFUSES = re.compile(r"不|别|除|勿|拒|免|没|非|无")


@lru_cache(maxsize=16_384)
def wanted_text(text: str) -> str:
    """Return a text of wishes without the words that refuse something, for comparing it with postings."""
    if not _REFUSES.search(text):
        return text
    kept = (" " if span.kind == "exclusion" else span.text for span in read_intent(text).spans)
    return " ".join("".join(kept).split())
