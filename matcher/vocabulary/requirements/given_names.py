"""Names that people gave: terms of an issuer or a text, and the published aliases (财会审计类, 计科)."""

from matcher.vocabulary.majors import load_catalogue, name_key
from matcher.vocabulary.majors.catalogue import Node
from matcher.vocabulary.majors.references import NAMESPACE_OF_LEVEL, NATIONAL
from matcher.vocabulary.requirements import keys
from matcher.vocabulary.requirements.building import LevelBuilder
from matcher.vocabulary.requirements.terms import Meaning, Term


def by_term(build: LevelBuilder, words: str, said: str) -> bool:
    """What people of this issuer, or for this very text, said the words mean (别名、更正)."""
    majors = (Meaning.NODE, Meaning.NAME)
    found = [t for t in build.lexicon.terms_for(build.level, words) if t.meaning in majors]
    for term in found:
        _apply_term(build, term, said)
    return bool(found)


def _apply_term(build: LevelBuilder, term: Term, said: str) -> None:
    if term.meaning is Meaning.NODE:
        namespace, _, code = term.target.partition(":")
        node = load_catalogue().by_code.get((namespace, code))
        if node is not None:
            build.grant_node(node, said, sure=term.certain, how="" if term.certain else "term")
    elif term.meaning is Meaning.NAME:
        build.grant(keys.name(term.target), said, how="major", sure=term.certain)
        build.note("names", term.target)
    build.note("aliases", term.words)
    if not load_catalogue().named(build.level, term.words):
        # 财会类: who writes just this as a major is meant too. Not where the words are a major's own name,
        # which a person has just said they do not mean here.
        build.grant(keys.name(term.words), said, how="major")


def by_alias(build: LevelBuilder, words: str, said: str) -> bool:
    """A word in no catalogue whose meaning is published data (财会审计类)."""
    catalogue = load_catalogue()
    key = name_key(words)
    is_class = bool(catalogue.by_name.get((NATIONAL, key)))
    spellings = (
        key,
        key if is_class else key.removesuffix("类"),
        f"{key}类" if len(key) > 2 else key,
    )
    found = next((f for s in spellings if (f := catalogue.aliases.get((build.level, s)))), [])
    vague = not all(alias.certain for alias in found)
    for alias in found:
        node = catalogue.by_code.get((NAMESPACE_OF_LEVEL[build.level], alias.target))
        if node is not None:
            build.grant_node(node, said, sure=alias.certain, how="alias")
            if vague:
                _near(build, node, said, is_group=words[-1] in "类科")
        else:
            build.grant(keys.name(alias.target), said, how="alias", sure=alias.certain)
    if found:
        build.note("aliases", words)
        build.grant(keys.name(words), said, how="major")
    if vague:
        build.grant(keys.UNKNOWN_LEAF, said, how="alias", sure=False)
    return bool(found)


def _near(build: LevelBuilder, node: Node, said: str, *, is_group: bool) -> None:
    """What lies around a word in no catalogue: only its issuer knows where it ends."""
    ref = load_catalogue().ref(node)
    for kind, code in (("c", ref.class_code), ("g", ref.gate_code if is_group else "")):
        if code:
            build.grant(f"{kind}:{ref.namespace}:{code}", said, how="alias_near", sure=False)
