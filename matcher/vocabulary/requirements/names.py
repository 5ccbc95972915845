"""What a bare name means at one level, tried from the surest rule to the least sure.

The order matters and is the substance of the reader: what people said it means, an exact name, an
issuer's word, the name with 学 added or taken away, an old name, a class word built from a known name, two
names joined, a short form. What is left is either a name no catalogue knows (accepted literally, as
issuers list such names) or unread.
"""

from collections.abc import Callable

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.caches import catalogue_cache
from matcher.vocabulary.requirements import keys
from matcher.vocabulary.requirements.building import LevelBuilder, Outcome
from matcher.vocabulary.requirements.given_names import by_alias, by_term
from matcher.vocabulary.requirements.item import LONGEST_NAME
from matcher.vocabulary.requirements.lexicon import Lexicon
from matcher.vocabulary.requirements.official_names import (
    JOINERS,
    by_class_word,
    by_contraction,
    by_degree_word,
    by_exact_name,
    by_gate_word,
    by_old_name,
    by_toggled_name,
)
from matcher.vocabulary.requirements.short_names import by_prefix, by_tail, literally

CACHED_NAMES = 32_768


def by_join(build: LevelBuilder, words: str, said: str) -> bool:
    """化工与制药类及食品科学与工程类: two names that are known each for itself."""
    if len(words) > LONGEST_NAME:
        return False
    cuts = [(words[: j.start()], words[j.end() :]) for j in list(JOINERS.finditer(words))[:4]]
    cuts = [(left, right) for left, right in cuts if min(len(left), len(right)) > 1]
    official = [cut for cut in cuts if all(load_catalogue().named(build.level, n) for n in cut)]
    for left, right in (*official, *cuts):
        if not known(build, left):
            continue
        if known(build, right) or by_join(build.trial(), right, said):
            resolve_name(build, left, said)
            resolve_name(build, right, said)
            return True
    return False


def by_pair(build: LevelBuilder, words: str, said: str) -> bool:
    """印刷包装, 广告传播: two short words drawn together, each of them known; only in doubt."""
    if not 4 <= len(words) <= 6 or words[-1] in "类学":
        return False
    for at in range(2, len(words) - 1):
        halves = (words[:at], words[at:])
        if all(known(build, half) or by_tail(build.trial(), half, said) for half in halves):
            trial = build.trial()
            for half in halves:
                resolve_name(trial, half, said)
            build.weaken(trial, how="drawn_together")
            build.grant(keys.name(words), said, how="major")
            build.note("aliases", words)
            return True
    return False


RULES: tuple[Callable[[LevelBuilder, str, str], bool], ...] = (
    by_term,
    by_exact_name,
    by_alias,
    by_toggled_name,
    by_degree_word,
    by_old_name,
    by_class_word,
    by_gate_word,
    by_join,
    by_contraction,
)


def known(build: LevelBuilder, words: str) -> bool:
    """Tell whether any rule but the literal one would read this name."""
    return len(words) <= LONGEST_NAME and _is_known(build.level, build.lexicon, words)


@catalogue_cache(maxsize=CACHED_NAMES)
def _is_known(level: MajorLevel, lexicon: Lexicon, words: str) -> bool:
    trial = LevelBuilder(level, lexicon)
    return any(rule(trial, words, words) for rule in RULES)


def _parts(words: str) -> list[str]:
    """Cut at joining words, 类 at the end given to none of them (会计、统计与金融类)."""
    return [part for part in JOINERS.split(words) if part]


def by_parts(build: LevelBuilder, words: str, said: str) -> bool:
    """Names joined by 或, 和, 与 that are known only apart (经济学和法学类)."""
    parts = _parts(words)
    if len(parts) < 2:
        return False
    read = [part for part in parts if known(build, part)]
    if len(read) < len(parts):
        stripped = parts[-1].removesuffix("类")
        parts = [*parts[:-1], stripped]
        read = [part for part in parts if known(build, part)]
    if len(read) < len(parts) and not ("或" in words and read):
        return False
    for part in parts:
        resolve_name(build, part, said)
    return True


def resolve_name(build: LevelBuilder, words: str, said: str) -> bool:
    """Read one bare name; what no rule reads is kept as unread. True: it was read."""
    if len(words) > LONGEST_NAME:
        build.unread.append(words)
        return False
    outcome = _outcome(build.level, build.lexicon, words)
    build.absorb(outcome, said)
    return not outcome.unread


@catalogue_cache(maxsize=CACHED_NAMES)
def _outcome(level: MajorLevel, lexicon: Lexicon, words: str) -> Outcome:
    """Read a name once: the same few thousand names make up most of what employers write."""
    trial = LevelBuilder(level, lexicon)
    if not any(
        rule(trial, words, "")
        for rule in (*RULES, by_tail, by_parts, by_prefix, by_pair, literally)
    ):
        trial.unread.append(words)
    return trial.outcome()
