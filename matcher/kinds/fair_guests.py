"""Closed lists of who comes to a fair (参会求职者): the place in a session, what booths may read, why a booth fits."""

from matcher.kinds.labelled import Labelled


class BookingState(Labelled):
    """Where a visitor stands with a session (场次预约)."""

    BOOKED = "booked", "已留名额"
    WAITING = "waiting", "候补"
    ENDED = "ended", "已取消"


class ShownField(Labelled):
    """What a booth may read after scanning the ticket (同意展位查看), each agreed to by itself."""

    NAME = "name", "姓名"
    PHONE = "phone", "手机号"
    SCHOOL = "school", "学校"
    MAJOR = "major", "专业"
    EDUCATION = "education", "学历"
    RESUME = "resume", "简历"


class StopReason(Labelled):
    """Why a booth stands on somebody's route (推荐理由): what the person studied and wants, nothing else."""

    MAJOR = "major", "专业符合"
    MAJOR_OPEN = "major_open", "专业可当面问"
    PLACE = "place", "在想去的地方"
    OCCUPATION = "occupation", "是想做的工作"
    INDUSTRY = "industry", "是想去的行业"
    PAY = "pay", "工资符合要求"
    UNIT = "unit", "是想去的单位类型"
    TEXT = "text", "与所写经历相近"
