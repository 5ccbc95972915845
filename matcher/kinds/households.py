"""Closed lists of the hardship file (困难职工档案): after the national form 困难职工档案表.

Lists of the form that only describe (民族, 所属行业 …) are free text; only what a rule reads is closed. The form is
known from re-posts only, not from the authority.
"""

from matcher.kinds.labelled import Labelled


class FileState(Labelled):
    """Where a hardship file stands; all but the last four are open."""

    DRAFT = "draft", "填写中"
    IN_APPROVAL = "in_approval", "审批中"
    ACTIVE = "active", "在档"
    REFUSED = "refused", "未通过"
    WITHDRAWN = "withdrawn", "已撤回"
    EXITED = "exited", "已退出"
    MERGED = "merged", "已并入"

    @property
    def is_open(self) -> bool:
        """Whether a file in this state counts for the rule of one open file."""
        return self in (FileState.DRAFT, FileState.IN_APPROVAL, FileState.ACTIVE)


class FileLevel(Labelled):
    """Level a file is kept at (档案级别)."""

    NATIONAL = "national", "全国级"
    PROVINCE = "province", "省级"
    CITY = "city", "地市级"
    COUNTY = "county", "区县级"
    GRASSROOTS = "grassroots", "基层"


class WorkStatus(Labelled):
    """What a member does (人员身份、工作状态); `is_working` is what the derivation of 零就业 reads."""

    EMPLOYED = "employed", "在岗"
    SELF_EMPLOYED = "self_employed", "自主经营"
    FLEXIBLE = "flexible", "灵活就业"
    LAID_OFF = "laid_off", "下岗（待岗）"
    UNEMPLOYED = "unemployed", "失业（无业）"
    SICK_LEAVE = "sick_leave", "病休"
    INTERNAL_RETIREMENT = "internal_retirement", "内退"
    RETIRED = "retired", "退休"
    STUDENT = "student", "在校学生"
    SERVICE = "service", "现役军人"
    CHILD = "child", "学龄前或未成年"
    UNKNOWN = "unknown", "未知"

    @property
    def is_working(self) -> bool:
        """Whether somebody in this state has work or income of it."""
        return self in (WorkStatus.EMPLOYED, WorkStatus.SELF_EMPLOYED, WorkStatus.FLEXIBLE)


class Sex(Labelled):
    """Sex (性别): only the retirement rule reads it."""

    MALE = "male", "男"
    FEMALE = "female", "女"


class MaritalStatus(Labelled):
    """Marital status (婚姻状况)."""

    SINGLE = "single", "未婚"
    MARRIED = "married", "已婚"
    DIVORCED = "divorced", "离异"
    WIDOWED = "widowed", "丧偶"


class HukouKind(Labelled):
    """Kind of registered residence (户口类型)."""

    URBAN = "urban", "非农业"
    RURAL = "rural", "农业"
    CONVERTED = "converted", "农转居"


class HealthState(Labelled):
    """Health as coarse as the rules need (健康状况); the illness itself is sealed text."""

    GOOD = "good", "良好"
    ORDINARY_ILLNESS = "ordinary_illness", "一般疾病"
    MAJOR_ILLNESS = "major_illness", "重大疾病"
    DISABLED = "disabled", "残疾"


class HousingKind(Labelled):
    """Housing (住房类型)."""

    SELF_BUILT = "self_built", "自建"
    COMMERCIAL = "commercial", "商品"
    AFFORDABLE = "affordable", "经适"
    PRICE_CAPPED = "price_capped", "两限"
    WORK_UNIT = "work_unit", "单位公房"
    LOW_RENT = "low_rent", "廉租"
    RENTED = "rented", "租房"
    OTHER = "other", "其他"


class HardshipCause(Labelled):
    """Cause of hardship (致困原因), the ten of the national form."""

    NO_ABILITY = "no_ability", "无劳动能力"
    ABLE_NOT_EMPLOYED = "able_not_employed", "有劳动能力而未就业"
    LAID_OFF = "laid_off", "下岗失业"
    UNINSURED = "uninsured", "未参加社会保险"
    BENEFITS_UNPAID = "benefits_unpaid", "社保待遇落实不到位"
    MAJOR_ILLNESS = "major_illness", "患重特大疾病"
    DISASTER = "disaster", "遭受自然灾害"
    ACCIDENT = "accident", "遭受意外事故"
    SCHOOLING = "schooling", "子女上学"
    OTHER = "other", "其他"
