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
from matcher.identity import normalise_phone
from matcher.intake.cells import narrow
from matcher.kinds.fair_reports import LineNote, PaperSheet, PaperVerdict
from matcher.models.fair_sheets import FairPaperLine
from matcher.models.fair_visitors import FairTicket
from matcher.models.fairs import Fair, FairSession
from matcher.services.doors.tickets import find_ticket
from matcher.services.fair_guests.registering import VisitorInput, find_registered
from matcher.services.fair_sheets import layouts
from matcher.services.fair_sheets.cells import (
    Refused,
    answers_of,
    education_of,
    posting_of,
    reason_of,
    yes,
)
from matcher.services.fair_sheets.layouts import PaperPlace
from matcher.services.fair_sheets.reading import ReadLine

_MARK = "fair_paper_line.content"


@dataclass(frozen=True)
class Judged:
    """A line with its verdict; `facts` hold ids and codes for entering it, `column` what a refusal is about."""

    line: ReadLine
    code: str
    sheet: PaperSheet
    verdict: PaperVerdict
    problem: str | None = None
    column: str = ""
    facts: dict[str, object] = field(default_factory=dict)


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
        self.came: set[tuple[int, object]] = set()
        """Whom lines of this book let in, by the session's number."""
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
                raise Refused("这是另一场招聘会的表，请到那一场的补录页上传。", layouts.CODE)
            if text in self.seen:
                raise Refused(
                    "同一个行号在这份表里出现了两次，请照纸上核对，一行一个行号。", layouts.CODE
                )
            self.seen.add(text)
            standing = self.entered.get(text)
            if standing is not None:
                return self._again(line, text, sheet, standing)
            facts = self._facts(code, line)
        except Refused as no:
            return Judged(line, text, sheet, PaperVerdict.REFUSED, no.why, no.column)
        if sheet is PaperSheet.SIGN_IN:
            self.coming.add(text)
        return Judged(line, text, sheet, PaperVerdict.NEW, facts=facts)

    def _unread(self, line: ReadLine) -> Judged:
        sheet = PaperSheet.SIGN_IN
        if layouts.WHO in line.values or layouts.WORDS in line.values:
            sheet = PaperSheet.CONTACT if layouts.WHO in line.values else PaperSheet.SURVEY
        if line.is_blank:
            return Judged(line, "", sheet, PaperVerdict.BLANK)
        why = "行号不对，请照纸上的行号填写，一个字母或数字也不能差。"
        return Judged(line, "", sheet, PaperVerdict.REFUSED, why, layouts.CODE)

    def _again(
        self, line: ReadLine, text: str, sheet: PaperSheet, standing: FairPaperLine
    ) -> Judged:
        if standing.content_mark == content_mark(self.session, line):
            if standing.visitor_id is not None:
                self.coming.add(text)
            return Judged(line, text, sheet, PaperVerdict.SAME)
        raise Refused("这一行录入过，内容不一样；要改请先撤销那一批，改好再传。", layouts.CODE)

    def _facts(self, code: LineCode, line: ReadLine) -> dict[str, object]:
        if code.sheet is LineSheet.SIGN_IN:
            return self._sign_in(code, line)
        if code.sheet is LineSheet.BOOTH:
            return self._contact(code, line)
        side = layouts.SIDES[code.sheet]
        return {"side": side.value, "sent": answers_of(line, side)}

    def _sign_in(self, code: LineCode, line: ReadLine) -> dict[str, object]:
        held = self.sessions.get(code.number)
        if held is None:
            raise Refused("没有这一个场次，请照纸上核对行号。", layouts.CODE)
        if held.held_on > clock.today():
            raise Refused("这一场还没有举办，办完再补录。", layouts.CODE)
        facts: dict[str, object] = {"session_id": held.id}
        typed = line.values.get(layouts.TICKET, "")
        if typed:
            facts["visitor_id"] = self._ticket(typed, layouts.TICKET).visitor_id
            person: object = facts["visitor_id"]
        else:
            facts["education"] = education_of(line)
            person = self._known(line)
        return facts | self._counted(code, held, person)

    def _known(self, line: ReadLine) -> object:
        """Return what tells who wrote name and number from others: the visitor, or both; None by a name alone."""
        name, phone = line.values.get(layouts.NAME, ""), line.values.get(layouts.PHONE)
        found = find_registered(self.session, self.fair, VisitorInput(name=name, phone=phone))
        if found is not None:
            return found.id
        return ("".join(name.split()), normalise_phone(phone)) if phone else None

    def _counted(self, code: LineCode, held: FairSession, person: object) -> dict[str, object]:
        """Take a place for a person who is not in yet; of who is, say by what: a scan, or another line."""
        if person is not None and (code.number, person) in self.came:
            return {"note": LineNote.SAME_PERSON.value}
        if self._is_in(person, held):
            return {"note": LineNote.IS_IN.value}
        left = self.left[code.number]
        if left is not None and left <= 0:
            raise Refused(f"这一场已到核准人数 {held.approved_number}，请核对场次。", layouts.CODE)
        self.left[code.number] = None if left is None else left - 1
        if person is not None:
            self.came.add((code.number, person))
        return {}

    def _is_in(self, person: object, held: FairSession) -> bool:
        """Say whether a visitor was let in at this session before, by a scanner or another sheet."""
        if not isinstance(person, int):
            return False
        found = sa.select(FairTicket.id).where(
            FairTicket.visitor_id == person,
            FairTicket.session_id == held.id,
            FairTicket.admitted_at.is_not(None),
        )
        return self.session.scalar(found) is not None

    def _ticket(self, typed: str, column: str) -> FairTicket:
        try:
            return find_ticket(self.session, typed, self.fair.id)
        except NotFoundError:
            raise Refused("这个票码在本场招聘会查不到，请照纸上核对。", column) from None

    def _contact(self, code: LineCode, line: ReadLine) -> dict[str, object]:
        place = self.places.get(code.number)
        if place is None:
            raise Refused("这家单位没有确认参会，请照纸上核对行号。", layouts.CODE)
        facts: dict[str, object] = {"place_id": place.id, **self._who(line)}
        steps = {
            "resume": yes(line, layouts.RESUME),
            "interviewed": yes(line, layouts.INTERVIEW),
            "intent": yes(line, layouts.INTENT),
        }
        reason = reason_of(line)
        if steps["intent"] and reason is not None:
            raise Refused("意向和未成原因只能填一样。", layouts.REASON)
        if line.values.get(layouts.POST, "") and not steps["intent"]:
            raise Refused("填了意向岗位，没有勾意向，请照纸上核对。", layouts.INTENT)
        facts["steps"] = [kind for kind, done in steps.items() if done]
        facts["posting_id"] = posting_of(line, place) if steps["intent"] else None
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
            raise Refused("这个签到行号没有录入，请把签到表一起上传。", layouts.WHO)
        ticket = self._ticket(typed, layouts.WHO)
        entered = sa.select(FairTicket.id).where(
            FairTicket.visitor_id == ticket.visitor_id, FairTicket.admitted_at.is_not(None)
        )
        if self.session.scalar(entered.limit(1)) is None:
            raise Refused("这个人没有入场记录，请先录签到表。", layouts.WHO)
        return {"visitor_id": ticket.visitor_id}


def _left(held: FairSession) -> int | None:
    if held.approved_number is None:
        return None
    return held.approved_number - held.n_entered - held.n_set_aside


def content_mark(session: Session, line: ReadLine) -> str:
    """Return the keyed hash of what was written on a line; which unit is printed beside it does not count."""
    said = {
        head: narrow(value) for head, value in line.values.items() if value and head != layouts.UNIT
    }
    return ring_of(session).blind_index(json.dumps(said, ensure_ascii=False, sort_keys=True), _MARK)
