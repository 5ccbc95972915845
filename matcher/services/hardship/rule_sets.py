"""Rule sets an installation knows (困难类别规则): the shipped ones, and those an office lays beside them.

Files `*.toml` in the folder `tiers` of the data folder are read in the same form; one with the name of a shipped
set takes its place. So a figure known from re-posts only can be corrected without a new version of the product.
"""

from sqlalchemy.orm import Session

from matcher.db.engine import settings_of
from matcher.errors import InvalidInputError
from matcher.policy.tiers.rule_parsing import parse_rule_set
from matcher.policy.tiers.rule_sets import find, load_shipped
from matcher.policy.tiers.rule_shapes import RuleSet

FOLDER = "tiers"


def known_rule_sets(session: Session) -> tuple[RuleSet, ...]:
    """Return every rule set by the newest first day; raises ConfigurationError for one written wrong."""
    known = {one.name: one for one in load_shipped()}
    folder = settings_of(session).data / FOLDER
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        known[path.stem] = parse_rule_set(path.read_text(encoding="utf-8"), path.stem)
    return tuple(sorted(known.values(), key=lambda one: (one.valid_from, one.name), reverse=True))


def get_rule_set(session: Session, name: str) -> RuleSet:
    """Return the rule set of a name."""
    found = find(known_rule_sets(session), name)
    if found is None:
        raise InvalidInputError(
            "no_such_rule_set",
            "没有这一套认定规则，请从列表中选择。",
            fields={"rule_set": "请从列表中选择。"},
        )
    return found
