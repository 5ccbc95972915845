"""Closed lists of following up (回访、岗位招满情况): what a person or an employer said."""

from matcher.kinds.labelled import Labelled


class CallBackState(Labelled):
    """Where a call-back (就业回访) stands."""

    DUE = "due", "待回访"
    ANSWERED = "answered", "已回访"
    DROPPED = "dropped", "不再需要"


class CallBackAnswer(Labelled):
    """What is known of the job after so many months (回访结果)."""

    STILL_THERE = "still_there", "仍在岗"
    CHANGED = "changed", "换了工作"
    LEFT = "left", "已离职"


class SeatSurveyState(Labelled):
    """Where the question how a posting's seats were filled stands (招满情况)."""

    WAITING = "waiting", "未到询问日"
    ASKED = "asked", "等单位答复"
    ANSWERED = "answered", "已答复"


class SeatOutcomeKind(Labelled):
    """How one seat of a closed posting was filled (席位结果)."""

    REFERRED = "referred", "录用了推荐的人"
    OTHER = "other", "录用了其他人"
    NOT_FILLED = "not_filled", "没有招到"
    STILL_OPEN = "still_open", "还在招"
