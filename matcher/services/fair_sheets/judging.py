"""Judging the lines of an uploaded book (判定): what each comes to, and why one cannot be entered.

Nothing is written. A line refers to sign-in lines entered before or standing in the same book, so those are judged
first; what cannot be known before (the last place taken meanwhile) is judged again when it is entered.
"""

import json
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import NotFoundError
from matcher.fairs.line_codes import (
    LineCode,
    LineCodeError,
    LineSheet,
    fair_mark,
    read_line_code,
)
from matcher.identity import phone_problem
from matcher.intake.cells import narrow
from matcher.kinds import EducationLevel
from matcher.kinds.fair_reports import PaperSheet, PaperVerdict
from matcher.kinds.referrals import RefusalReason
from matcher.models.fair_sheets import FairPaperLine
from matcher.models.fair_visitors import FairTicket
from matcher.models.fairs import Fair, FairSession
from matcher.policy.fair_survey import kept_answers, questions_of
from matcher.services.doors.tickets import find_ticket
from matcher.services.fair_sheets import layouts
from matcher.services.fair_sheets.books import lettered
from matcher.services.fair_sheets.layouts import PaperPlace
from matcher.services.fair_sheets.reading import ReadLine

_YES = frozenset({"是", "√", "✓", "对", "同意", "y", "yes", "1", "有", "v"})
_NO = frozenset({"", "否", "×", "x", "不", "不同意", "n", "no", "0", "无"})
_MARK = "fair_paper_line.content"


@dataclass(frozen=True)
class Judged:
    """A line with its verdict; `facts` hold ids and codes for entering it."""

    line: ReadLine
    code: str
    sheet: PaperSheet
    verdict: PaperVerdict
    problem: str | None = None
    facts: dict[str, object] = field(default_factory=dict)


class _Refused(Exception):  # noqa: N818 - a verdict, not an error
    """A line that cannot be entered, with the words for the clerk."""


class Judge:
    """Judges the lines of one book against what stands at a fair."""

    def __init__(self, session: Session, fair: Fair) -> None:
        self.session, self.fair = session, fair
        self.mark = fair_mark(fair.public_id)
        self.sessions: dict[int, FairSession] = dict(layouts.numbered_sessions(session, fair))
        self.places: dict[int, PaperPlace] = {
            one.number: one for one in layouts.numbered_places(session, fair)
        }
        found = sa.select(FairPaperLine).where(FairPaperLine.fair_id == fair.id)
        self.entered = {line.code: line for line in session.scalars(found)}
        self.left = {number: _left(held) for number, held in self.sessions.items()}
        self.seen: set[str] = set()
        self.coming: set[str] = set()
        """Sign-in lines of this book that will have a visitor."""

    def judge(self, lines: list[ReadLine]) -> list[Judged]:
        """Return the lines with their verdicts, sign-in sheets first, else in their order."""
        read = [(self._code(line), line) for line in lines]
        read.sort(key=lambda one: one[0] is None or one[0].sheet is not LineSheet.SIGN_IN)
        return [self._one(code, line) for code, line in read]

    def _code(self, line: ReadLine) -> LineCode | None:
        try:
            return read_line_code(line.code)
        except LineCodeError:
            return None

    def _one(self, code: LineCode | None, line: ReadLine) -> Judged:
        if code is None:
            return self._unread(line)
        text, sheet = code.text(), layouts.SHEETS[code.sheet]
        if line.is_blank:
            return Judged(line, text, sheet, PaperVerdict.BLANK)
        try:
            if code.fair != self.mark:
                raise _Refused("这是另一场招聘会的表。")
            if text in self.seen:
                raise _Refused("同一个行号在这份表里出现了两次。")
            self.seen.add(text)
            standing = self.entered.get(text)
            if standing is not None:
                return self._again(line, text, sheet, standing)
            facts = self._facts(code, line)
        except _Refused as why:
            return Judged(line, text, sheet, PaperVerdict.REFUSED, str(why))
        if sheet is PaperSheet.SIGN_IN:
            self.coming.add(text)
        return Judged(line, text, sheet, PaperVerdict.NEW, facts=facts)

    def _unread(self, line: ReadLine) -> Judged:
        sheet = PaperSheet.CONTACT if layouts.WHO in line.values else PaperSheet.SIGN_IN
        if line.is_blank:
            return Judged(line, "", sheet, PaperVerdict.BLANK)
        why = "行号不对，请照纸上的行号填写，一个字母或数字也不能差。"
        return Judged(line, "", sheet, PaperVerdict.REFUSED, why)

    def _again(
        self, line: ReadLine, text: str, sheet: PaperSheet, standing: FairPaperLine
    ) -> Judged:
        if standing.content_mark == content_mark(self.session, line):
            if standing.visitor_id is not None:
                self.coming.add(text)
            return Judged(line, text, sheet, PaperVerdict.SAME)
        raise _Refused("这一行录入过，内容不一样；要改请先撤销那一批，改好再传。")

    def _facts(self, code: LineCode, line: ReadLine) -> dict[str, object]:
        if code.sheet is LineSheet.SIGN_IN:
            return self._sign_in(code, line)
        if code.sheet is LineSheet.BOOTH:
            return self._contact(code, line)
        return self._survey(code, line)

    def _sign_in(self, code: LineCode, line: ReadLine) -> dict[str, object]:
        held = self.sessions.get(code.number)
        if held is None:
            raise _Refused("没有这一个场次。")
        if held.held_on > clock.today():
            raise _Refused("这一场还没有举办，办完再补录。")
        facts: dict[str, object] = {"session_id": held.id}
        typed = line.values.get(layouts.TICKET, "")
        if typed:
            facts["visitor_id"] = self._ticket(typed).visitor_id
        else:
            facts |= _person(line)
        if not self._is_in(facts.get("visitor_id"), held):
            left = self.left[code.number]
            if left is not None and left <= 0:
                raise _Refused(f"这一场已到核准人数 {held.approved_number}，请核对场次。")
            self.left[code.number] = None if left is None else left - 1
        return facts

    def _is_in(self, visitor_id: object, held: FairSession) -> bool:
        """Say whether a visitor was let in at this session before, by a scanner."""
        if visitor_id is None:
            return False
        found = sa.select(FairTicket.id).where(
            FairTicket.visitor_id == visitor_id,
            FairTicket.session_id == held.id,
            FairTicket.admitted_at.is_not(None),
        )
        return self.session.scalar(found) is not None

    def _ticket(self, typed: str) -> FairTicket:
        try:
            return find_ticket(self.session, typed, self.fair.id)
        except NotFoundError:
            raise _Refused("这个票码在本场招聘会查不到。") from None

    def _contact(self, code: LineCode, line: ReadLine) -> dict[str, object]:
        place = self.places.get(code.number)
        if place is None:
            raise _Refused("这家单位没有确认参会。")
        facts: dict[str, object] = {"place_id": place.id, **self._who(line)}
        steps = {
            "resume": yes(line, layouts.RESUME),
            "interviewed": yes(line, layouts.INTERVIEW),
            "intent": yes(line, layouts.INTENT),
        }
        reason = _reason(line.values.get(layouts.REASON, ""))
        if steps["intent"] and reason is not None:
            raise _Refused("意向和未成原因只能填一样。")
        post = line.values.get(layouts.POST, "")
        if post and not steps["intent"]:
            raise _Refused("填了意向岗位，没有勾意向。")
        facts["steps"] = [kind for kind, done in steps.items() if done]
        facts["posting_id"] = _posting(place, post) if steps["intent"] else None
        facts["reason"] = reason.value if reason else None
        return facts

    def _who(self, line: ReadLine) -> dict[str, object]:
        typed = line.values.get(layouts.WHO, "")
        try:
            text = read_line_code(typed).text()
        except LineCodeError:
            text = ""
        if text:
            standing = self.entered.get(text)
            if standing is not None and standing.visitor_id is not None:
                return {"visitor_id": standing.visitor_id}
            if text in self.coming:
                return {"sign_in": text}
            raise _Refused("这个签到行号没有录入，请把签到表一起上传。")
        ticket = self._ticket(typed)
        entered = sa.select(FairTicket.id).where(
            FairTicket.visitor_id == ticket.visitor_id, FairTicket.admitted_at.is_not(None)
        )
        if self.session.scalar(entered.limit(1)) is None:
            raise _Refused("这个人没有入场记录，请先录签到表。")
        return {"visitor_id": ticket.visitor_id}

    def _survey(self, code: LineCode, line: ReadLine) -> dict[str, object]:
        side = layouts.SIDES[code.sheet]
        sent: dict[str, list[str]] = {}
        heads = layouts.survey_heads(side)[1:-1]
        for head, question in zip(heads, questions_of(side), strict=True):
            typed = narrow(line.values.get(head, "")).upper()
            if not typed:
                continue
            if question.is_score:
                given = [typed]
            else:
                letters = dict(lettered(question.choices))
                given = [letters[one][0] for one in typed if one in letters]
            if not kept_answers(side, {question.code: given}):
                raise _Refused(f"“{head}”填的不是可选的答案。")
            sent[question.code] = given
        return {"side": side.value, "sent": sent}


def _left(held: FairSession) -> int | None:
    if held.approved_number is None:
        return None
    return held.approved_number - held.n_entered - held.n_set_aside


def _person(line: ReadLine) -> dict[str, object]:
    name, phone = line.values.get(layouts.NAME, ""), line.values.get(layouts.PHONE, "")
    if not name:
        raise _Refused("没有姓名，也没有票码。")
    if not yes(line, layouts.AGREES):
        raise _Refused("没有写明同意登记，不能录入个人信息。")
    if phone and phone_problem(phone):
        raise _Refused("手机号不对，请照纸上核对。")
    education = line.values.get(layouts.EDUCATION, "")
    return {"education": _education(education).value if education else None}


def _education(typed: str) -> EducationLevel:
    for one in EducationLevel:
        if typed == one.label or typed in one.label.replace("及以下", "").split("、"):
            return one
    named = {"大专": EducationLevel.COLLEGE, "高职": EducationLevel.COLLEGE}
    named |= {"研究生": EducationLevel.MASTER, "大学": EducationLevel.BACHELOR}
    if typed in named:
        return named[typed]
    raise _Refused("学历填：" + "、".join(one.label for one in EducationLevel) + "。")


def yes(line: ReadLine, head: str) -> bool:
    """Say whether a box of a line is ticked."""
    typed = narrow(line.values.get(head, "")).lower()
    if typed in _YES:
        return True
    if typed in _NO:
        return False
    raise _Refused(f"“{head}”只填“是”或空着。")


def _reason(typed: str) -> RefusalReason | None:
    if not typed:
        return None
    for one in RefusalReason:
        if typed in (one.label, one.value):
            return one
    raise _Refused("未成原因请照表头列出的填写。")


def _posting(place: PaperPlace, typed: str) -> int | None:
    if not typed:
        return place.posts[0].posting_id if len(place.posts) == 1 else None
    found = [one for one in place.posts if typed in (str(one.number), one.title)]
    if len(found) != 1:
        raise _Refused("这家单位在本场没有这个岗位，请填序号或岗位全名。")
    return found[0].posting_id


def content_mark(session: Session, line: ReadLine) -> str:
    """Return the keyed hash of what was written on a line; which unit is printed beside it does not count."""
    said = {
        head: narrow(value) for head, value in line.values.items() if value and head != layouts.UNIT
    }
    return ring_of(session).blind_index(json.dumps(said, ensure_ascii=False, sort_keys=True), _MARK)
