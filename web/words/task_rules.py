"""Rules that make tasks (待办): what each says under its task, and where the act is done.

Every area adds the rules it opens tasks by; a test looks through matcher for rules without words. A rule nobody
told of is shown by its code, and leads to its subject.
"""

from dataclasses import dataclass

from web.i18n import gettext, msg, translated


@dataclass(frozen=True)
class TaskRule:
    """Words and act of one rule.

    Parameters
    ----------
    what : what is to be done, in a few words
    why : the rule itself, shown in small print below
    act : words of the button
    endpoint : view where the act is done; "" leads to the subject's own page
    argument : name of the view's argument; it gets the subject's `public_id`, or its number if `by_number`
    anchor : part of the page to go to
    """

    what: str
    why: str
    act: str = msg("去办理")
    endpoint: str = ""
    argument: str = "public_id"
    by_number: bool = False
    anchor: str = ""


RULES: dict[str, TaskRule] = {
    "employer_recheck": TaskRule(
        msg("单位核验快到期或已过期"),
        msg("核验半年一次，过期的单位不参加排序"),
        msg("重新核验"),
        "employers.show",
        "employer_id",
        by_number=True,
        anchor="check",
    ),
    "graduate_confirm": TaskRule(
        msg("有人自行登记，等核对"),
        msg("手机号不等于身份，工作人员核对后才参加排序"),
        msg("核对登记"),
        "registrations.show",
    ),
    "call.again": TaskRule(
        msg("约好再打电话"),
        msg("通话时约好的日子"),
        msg("打电话"),
        "calls.index",
        "",
    ),
    "call.number": TaskRule(
        msg("号码不对，找到新号码"),
        msg("号码不对的，3 个工作日内向家人、学校或单位核实"),
        msg("更正号码"),
    ),
    "pledge_lowered": TaskRule(
        msg("单位减少了爱心岗位"),
        msg("少于活动定下的席位数时告诉工会"),
        msg("看岗位"),
        "postings.list.show",
    ),
    "assessment.ask": TaskRule(
        msg("测算还缺材料，请问到"),
        msg("缺的材料会改变测算结果，问到后重新测算"),
        msg("看缺什么"),
        "assessments.show",
        "household_id",
    ),
    "household_exit.confirm": TaskRule(
        msg("有人提出退出，等复核"),
        msg("退出由另一人复核后才生效"),
        msg("去复核"),
        "exits.show",
        "household_id",
    ),
    "household_exit.call_back": TaskRule(
        msg("退出后到期回访"),
        msg("退出后按期回访，看是否返困"),
        msg("去回访"),
        "exits.show",
        "household_id",
    ),
    "household_return.assess": TaskRule(
        msg("返困重新建档，等测算"),
        msg("返困的档案重新测算、走访、公示、审批"),
        msg("去测算"),
        "assessments.show",
        "household_id",
    ),
}
"""By code, as `tasks.open_task(rule=…)` has it. Add the rules of your area here, in its own block."""

PREFIXES: dict[str, TaskRule] = {}
"""By the beginning of a code that ends in a varying part; the longest that fits is taken."""


def rule_of(code: str) -> TaskRule:
    """Return words and act of a rule; a rule nobody told of gets its code as words."""
    found = RULES.get(code)
    if found is not None:
        return found
    fitting = [prefix for prefix in PREFIXES if code.startswith(prefix)]
    if fitting:
        return PREFIXES[max(fitting, key=len)]
    return TaskRule(readable(code), code)


def readable(code: str) -> str:
    """Return a code as words with blanks, for who must make do with it."""
    return code.replace(".", ", ").replace("_", " ")


def has_words(code: str) -> bool:
    """Say whether somebody wrote words for a rule."""
    return code in RULES or any(code.startswith(prefix) for prefix in PREFIXES)


def what_of(code: str) -> str:
    """Return what is to be done, in the reader's language."""
    return translated(rule_of(code).what) if has_words(code) else readable(code)


def why_of(code: str) -> str:
    """Return the rule under a task, in the reader's language."""
    if not has_words(code):
        return gettext("规则 %(code)s", code=code)
    return translated(rule_of(code).why)
