"""What people decided about words and pairs: terms (别名、更正) and decisions (人工确认).

The reader itself knows no issuer, date or database: whoever calls it hands over the terms in force for
this text, and the decisions taken on it. Both are small, frozen and hashable, so that a reading stays a
pure function of its arguments and can be cached, stored as a ranking key and replayed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.kinds import MajorLevel, Verdict
from matcher.kinds.labelled import Labelled
from matcher.vocabulary.majors import MajorRef, name_key


class Meaning(Labelled):
    """What a stretch of words stands for; the first two take a target."""

    NODE = "node", "专业目录中的门类、专业类或专业"
    NAME = "name", "专业名称"
    CONDITION = "condition", "专业以外的条件"
    EXCLUSION = "exclusion", "不接收"
    UNLIMITED = "unlimited", "不限专业"
    NOTHING = "nothing", "没有意思"


@dataclass(frozen=True, slots=True)
class Term:
    """One meaning of one word or phrase (财会审计类 → 120203); a word may have many terms.

    Parameters
    ----------
    words : as written; compared by `name_key`, so widths, brackets and spaces do not matter
    target : of NODE "namespace:code" (`national:0809`); of NAME and EXCLUSION a name or such a code;
        else ""
    level : None for every level
    certain : False admits as "to be confirmed" only
    """

    words: str
    meaning: Meaning
    target: str = ""
    level: MajorLevel | None = None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's answer about one major (leaf) of one text, where the reading said "to be confirmed"."""

    leaf: str
    """`leaf_key` of the major."""
    verdict: Verdict


def leaf_key(ref: MajorRef) -> str:
    """Return what a decision knows a major by: level, namespace, code and folded name."""
    return f"{ref.level.value}:{ref.namespace}:{ref.code}:{name_key(ref.name)}"


def terms_within(text: str, terms: Sequence[Term]) -> tuple[Term, ...]:
    """Return the terms whose words stand in a text, in a fixed order without repetition."""
    key = name_key(text)
    found = {term for term in terms if name_key(term.words) in key}
    return tuple(
        sorted(found, key=lambda t: (t.words, t.level or "", t.meaning, t.target, not t.certain))
    )
