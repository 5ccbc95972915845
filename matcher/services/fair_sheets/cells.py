"""Reading single cells of a typed line (读格): what was meant, or why it cannot be taken, and in which column.

Every refusal names the column it is about and says what to do; it never repeats what was written.
"""

from matcher.identity import phone_problem
from matcher.intake.cells import narrow
from matcher.kinds import EducationLevel
from matcher.kinds.fair_reports import SurveySide
from matcher.kinds.referrals import RefusalReason
from matcher.policy.fair_survey import Question, kept_answers, questions_of
from matcher.services.fair_sheets import layouts
from matcher.services.fair_sheets.books import lettered
from matcher.services.fair_sheets.layouts import PaperPlace
from matcher.services.fair_sheets.reading import ReadLine

_YES = frozenset({"是", "√", "✓", "对", "同意", "y", "yes", "1", "有", "v"})
_NO = frozenset({"", "否", "×", "x", "不", "不同意", "n", "no", "0", "无"})
_BETWEEN = frozenset(" 、,;./")
"""What may stand between the letters of an answer."""
_LONGEST_NAME = 40
_LONGEST_WORDS = 500


class Refused(Exception):  # noqa: N818 - a verdict, not an error
    """A line that cannot be entered, with the words for the clerk and the column they are about."""

    def __init__(self, why: str, column: str = "") -> None:
        super().__init__(why)
        self.why, self.column = why, column


def yes(line: ReadLine, head: str) -> bool:
    """Say whether a box of a line is ticked."""
    typed = narrow(line.values.get(head, "")).lower()
    if typed in _YES:
        return True
    if typed in _NO:
        return False
    raise Refused(f"“{head}”只填“是”或空着。", head)


def education_of(line: ReadLine) -> str | None:
    """Return the code of the education of a line that names somebody who agreed to be written down."""
    name, phone = line.values.get(layouts.NAME, ""), line.values.get(layouts.PHONE, "")
    if not name:
        raise Refused("没有姓名，也没有票码，请照纸上补填一样。", layouts.NAME)
    if len(name) > _LONGEST_NAME:
        raise Refused(f"姓名最多 {_LONGEST_NAME} 个字，请照纸上核对。", layouts.NAME)
    if not yes(line, layouts.AGREES):
        raise Refused("没有写明同意登记，不能录入个人信息；纸上打了勾的请填“是”。", layouts.AGREES)
    if phone and phone_problem(phone):
        raise Refused("手机号不对，请照纸上核对。", layouts.PHONE)
    typed = line.values.get(layouts.EDUCATION, "")
    return _education(typed).value if typed else None


def _education(typed: str) -> EducationLevel:
    for one in EducationLevel:
        if typed == one.label or typed in one.label.replace("及以下", "").split("、"):
            return one
    named = {"大专": EducationLevel.COLLEGE, "高职": EducationLevel.COLLEGE}
    named |= {"研究生": EducationLevel.MASTER, "大学": EducationLevel.BACHELOR}
    if typed in named:
        return named[typed]
    raise Refused(
        "学历填：" + "、".join(one.label for one in EducationLevel) + "。", layouts.EDUCATION
    )


def reason_of(line: ReadLine) -> RefusalReason | None:
    """Return why a contact came to nothing; None if nothing is written."""
    typed = line.values.get(layouts.REASON, "")
    if not typed:
        return None
    for one in RefusalReason:
        if typed in (one.label, one.value):
            return one
    raise Refused("未成原因请照表头列出的填写。", layouts.REASON)


def posting_of(line: ReadLine, place: PaperPlace) -> int | None:
    """Return the post an intent is for, by its number or title, also one taken off since the sheet was printed.

    Of an employer that never showed another it need not be written.
    """
    typed = line.values.get(layouts.POST, "")
    if not typed:
        return place.posts[0].posting_id if len(place.posts) == 1 else None
    found = [one for one in place.posts if typed in (str(one.number), one.title)]
    if not found:
        raise Refused("这家单位在本场没有这个岗位，请填序号或岗位全名。", layouts.POST)
    if len(found) > 1:
        raise Refused("这家单位有几个岗位都是这个名称，请填纸上的岗位序号。", layouts.POST)
    return found[0].posting_id


def answers_of(line: ReadLine, side: SurveySide) -> dict[str, list[str]]:
    """Return what a questionnaire answers; a sign that is no answer refuses the line, so that none is lost."""
    if len(line.values.get(layouts.WORDS, "")) > _LONGEST_WORDS:
        raise Refused(f"意见最多 {_LONGEST_WORDS} 个字，请写短些。", layouts.WORDS)
    sent: dict[str, list[str]] = {}
    heads = layouts.survey_heads(side)[1:-1]
    for head, question in zip(heads, questions_of(side), strict=True):
        typed = narrow(line.values.get(head, "")).upper()
        if typed:
            sent[question.code] = _given(head, question, side, typed)
    return sent


def _given(head: str, question: Question, side: SurveySide, typed: str) -> list[str]:
    given = [typed]
    if not question.is_score:
        letters = {letter: code for letter, (code, _) in lettered(question.choices)}
        signs = [sign for sign in typed if sign not in _BETWEEN]
        given = [letters[sign] for sign in signs] if set(signs) <= set(letters) else []
    if not kept_answers(side, {question.code: given}):
        raise Refused("填的不是可选的答案，请照纸上填分数或字母。", head)
    if question.kind == "one" and len(set(given)) > 1:
        raise Refused("这一题只能选一个，请照纸上核对。", head)
    return given
