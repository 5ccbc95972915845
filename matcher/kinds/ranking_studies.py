"""Closed lists of looking at a ranking (排序质量、规则比较): rules of admission, kinds and states of studies."""

from matcher.kinds.labelled import Labelled


class PlaceRule(Labelled):
    """How far a graduate's wish as to places reaches when it is asked who may be sent where."""

    AS_STATED = "as_stated", "按本人所填"
    PROVINCE = "province", "都看所填地区的本省"
    LISTED = "listed", "只看所填地区"


class EducationRule(Labelled):
    """What a posting's least education (最低学历) does."""

    AS_ASKED = "as_asked", "按岗位要求"
    FOR_CONFIRMATION = "for_confirmation", "学历只作参考，全部待确认"


class StudyKind(Labelled):
    """What was computed of a drive's ranking."""

    EVALUATION = "evaluation", "排序质量"
    CALIBRATION = "calibration", "分值建议"
    COMPARISON = "comparison", "规则比较"


class StudyState(Labelled):
    """Where a study stands; only a person takes one over or turns it down."""

    ASKED = "asked", "计算中"
    DONE = "done", "已算好"
    ACCEPTED = "accepted", "已采用"
    DECLINED = "declined", "未采用"
