"""Terms people gave words (别名、更正) in words: what a word stands for, and where it holds."""

from matcher.kinds import MajorLevel, Verdict
from matcher.models.readings import RequirementTerm
from matcher.services.requirement_terms import NewTerm
from matcher.services.term_lists import ShippedAlias
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.references import NAMESPACE_OF_LEVEL
from matcher.vocabulary.requirements import Meaning
from web.i18n import gettext, label, msg
from web.major_choices import node_note, node_words, read_nodes

MEANINGS = (
    ("major", msg("专业或专业类"), msg("在“哪个专业或专业类”里写，可以是门类、专业类或专业")),
    ("condition", msg("专业以外的条件"), msg("如：限应届、持某某证书")),
    ("exclusion", msg("不接收的专业"), msg("在“哪个专业或专业类”里写不接收哪个")),
    ("unlimited", msg("不限专业"), ""),
    ("nothing", msg("没有意思"), msg("读的时候跳过")),
)
"""What a person may say a stretch means: value, words, help."""

_MEANING = {
    "condition": Meaning.CONDITION,
    "exclusion": Meaning.EXCLUSION,
    "unlimited": Meaning.UNLIMITED,
    "nothing": Meaning.NOTHING,
}

_SAID = {
    Meaning.CONDITION: msg("专业以外的条件"),
    Meaning.UNLIMITED: msg("不限专业"),
    Meaning.NOTHING: msg("没有意思"),
}


def meaning_words(term: RequirementTerm | NewTerm) -> str:
    """Return what a term says its words stand for."""
    if term.meaning in _SAID:
        return gettext(_SAID[term.meaning])
    target = target_words(term.meaning, term.target)
    if term.meaning is Meaning.EXCLUSION:
        return gettext("不接收 %(name)s", name=target or term.words)
    return target if term.certain else gettext("%(name)s（只列为待确认）", name=target)


def target_words(meaning: Meaning, target: str) -> str:
    """Return a term's target as people know it."""
    namespace, _, code = target.partition(":")
    node = load_catalogue().by_code.get((namespace, code)) if code else None
    if node is None:
        return gettext("专业名 %(name)s", name=target) if meaning is Meaning.NAME else target
    return f"{node_words(node)}（{node_note(node)}）"


def typed_target(term: RequirementTerm) -> str:
    """Return a term's target as it is typed into the field."""
    namespace, _, code = term.target.partition(":")
    node = load_catalogue().by_code.get((namespace, code)) if code else None
    return node_words(node) if node else term.target


def typed_meaning(meaning: Meaning) -> str:
    """Return a meaning as the form names it."""
    return next((name for name, known in _MEANING.items() if known is meaning), "major")


def shipped_words(alias: ShippedAlias) -> str:
    """Return what a word of the shipped list stands for."""
    namespace = NAMESPACE_OF_LEVEL[alias.level]
    node = load_catalogue().by_code.get((namespace, alias.target))
    name = node_words(node) if node else alias.target
    return name if alias.certain else gettext("%(name)s（只列为待确认）", name=name)


def terms_of(
    words: str, meaning: str, target: str, level: MajorLevel | None, *, certain: bool
) -> list[NewTerm]:
    """Return the terms a form means; a name that several nodes carry becomes several meanings."""
    if meaning != "major":
        said = _MEANING[meaning]
        name = target if said is Meaning.EXCLUSION else ""
        nodes = read_nodes(name, level) if name else []
        found = f"{nodes[0].namespace}:{nodes[0].code}" if len(nodes) == 1 else name
        return [NewTerm(words=words, meaning=said, target=found, level=level)]
    nodes = read_nodes(target, level)
    if not nodes:
        return [
            NewTerm(words=words, meaning=Meaning.NAME, target=target, level=level, certain=certain)
        ]
    return [
        NewTerm(
            words=words,
            meaning=Meaning.NODE,
            target=f"{node.namespace}:{node.code}",
            level=node.level,
            certain=certain,
        )
        for node in nodes
    ]


def verdict_change(before: Verdict, after: Verdict) -> str:
    """Return a changed answer: 待确认 → 符合."""
    return f"{label(before)} → {label(after)}"
