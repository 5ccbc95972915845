"""Closed lists of interviews (面试): where a day stands, where one appointment stands."""

from matcher.kinds.labelled import Labelled


class InterviewDayState(Labelled):
    """Where an interview day (面试日) stands."""

    PLANNED = "planned", "筹备中"
    ARRANGED = "arranged", "已安排"
    CANCELLED = "cancelled", "已取消"


class InterviewState(Labelled):
    """Where one person's interview stands; only booked, attended and missed ones take up their slot."""

    BOOKED = "booked", "已约"
    ATTENDED = "attended", "到场"
    MISSED = "missed", "未到"
    MOVED = "moved", "已改时间"
    CANCELLED = "cancelled", "已取消"

    @property
    def takes_slot(self) -> bool:
        """Say whether nobody else can have the slot."""
        return self in TAKING


TAKING = frozenset({InterviewState.BOOKED, InterviewState.ATTENDED, InterviewState.MISSED})
"""States of an interview that stands."""


class NoSlotReason(Labelled):
    """Why somebody got no interview in a proposal (未排上原因)."""

    NO_SLOTS = "no_slots", "所推荐的单位当天没有空余时段"
    TAKEN = "taken", "时段不够，已先排给其他人"
    BUSY = "busy", "本人在有空的时段另有面试"
