"""What the door says (放行用语): a headline to be read from two steps away, and a line that says why and what to do."""

import datetime as dt

from matcher import clock
from matcher.kinds.fairs import EntryKind, EntryRefusal
from matcher.services.doors.answers import ScanAnswer, SessionSeen
from web.filters import clock_time, day
from web.i18n import gettext, label, msg

HEADLINES = {
    EntryKind.ENTERED: msg("请进"),
    EntryKind.RETURNED: msg("请进（再次入场）"),
    EntryKind.LEFT: msg("慢走"),
}

REMEDIES = {
    EntryRefusal.UNKNOWN: msg("再扫一次；还不行就输入票面的短码，或到登记处登记。"),
    EntryRefusal.FORGED: msg("请到登记处核对。"),
    EntryRefusal.OTHER_FAIR: msg("想参加本场，请到登记处现场登记。"),
    EntryRefusal.CANCELLED: msg("换过新票的请出示新票；没有的请到登记处。"),
    EntryRefusal.NOT_INSIDE: msg("这张票没有入场，或已经出场。"),
}

LIMITS = {
    False: msg("已到核准人数，停止入场。"),
    True: msg("馆内人数已到容量上限，有人出场后再进。"),
}


def headline(answer: ScanAnswer) -> str:
    """Return the answer in few words."""
    if answer.refusal is not None:
        return label(answer.refusal)
    return gettext(HEADLINES[answer.kind])


def hint(answer: ScanAnswer) -> str:
    """Return the second line: of which session, or why not and what to do."""
    refusal, seen = answer.refusal, answer.session
    if refusal is None:
        return seen.name if seen is not None else ""
    if refusal in REMEDIES:
        return gettext(REMEDIES[refusal])
    if refusal is EntryRefusal.FULL:
        return gettext(LIMITS[answer.is_full_hall])
    if refusal is EntryRefusal.ALREADY_IN:
        return _used(answer)
    return _by_the_hour(refusal, seen) if seen is not None else ""


def hours_of(seen: SessionSeen) -> str:
    """Return a session's hours: 09:00–12:00."""
    return f"{hour_of(seen.begins_minute)}–{hour_of(seen.ends_minute)}"


def hour_of(minute: int) -> str:
    """Return a minute of the day as hours: 570 is 09:30."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _by_the_hour(refusal: EntryRefusal, seen: SessionSeen) -> str:
    if refusal is EntryRefusal.TOO_EARLY:
        opens = hour_of(max(0, seen.begins_minute - seen.opens_minutes_before))
        return gettext("%(name)s %(time)s 开始入场。", name=seen.name, time=opens)
    if refusal is EntryRefusal.OVER:
        return gettext("%(name)s（%(hours)s）已经结束。", name=seen.name, hours=hours_of(seen))
    return gettext(
        "这张票是%(day)s %(hours)s %(name)s的。",
        day=day(seen.held_on),
        hours=hours_of(seen),
        name=seen.name,
    )


def _used(answer: ScanAnswer) -> str:
    """Return when and where a ticket was used; another day's use tells the day."""
    if answer.before is None:
        return gettext("出场时请先扫“出场”。")
    at: dt.datetime = answer.before.at
    time = clock_time(at)
    if clock.in_china(at).date() != clock.in_china(answer.at).date():
        time = f"{day(clock.in_china(at).date())} {time}"
    if answer.before.door is None:
        return gettext("%(time)s 已入场。出场时请先扫“出场”。", time=time)
    return gettext(
        "%(time)s 已从%(door)s入场。出场时请先扫“出场”。", time=time, door=answer.before.door
    )
