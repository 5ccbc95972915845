"""Closed lists, each member with its official Chinese label (代码表).

Values are what the database stores and what JSON carries; labels are what people read. Lists that
differ by region or year are not here: those are dated data (`vocabulary/data`, `policy`).
"""

from matcher.kinds.labelled import Labelled


class EducationLevel(Labelled):
    """Highest education (学历), ordered from low to high; `rank` compares."""

    SECONDARY = "secondary", "高中、中专及以下"
    COLLEGE = "college", "专科"
    BACHELOR = "bachelor", "本科"
    MASTER = "master", "硕士"
    DOCTOR = "doctor", "博士"

    @property
    def rank(self) -> int:
        """Position in the order, 0 for the lowest."""
        return list(type(self)).index(self)


class MajorLevel(Labelled):
    """The level a major (专业) is read at; catalogues and 专业要求 columns are split by it."""

    COLLEGE = "college", "专科"
    BACHELOR = "bachelor", "本科"
    GRADUATE = "graduate", "研究生"


class Verdict(Labelled):
    """Whether a graduate meets a requirement: the three honest answers."""

    YES = "yes", "符合"
    MAYBE = "maybe", "待确认"
    NO = "no", "不符"


class Mobility(Labelled):
    """How far a graduate will move (异地就业意愿); the order is the ranking's geo policy 0, 1, 2."""

    LISTED = "listed", "只去所填地区"
    PROVINCE = "province", "所填地区的本省"
    ANYWHERE = "anywhere", "全国都可以"


class UnitKind(Labelled):
    """Kind of employer (单位性质), after the code list of graduate destinations (毕业去向)."""

    GOVERNMENT = "government", "机关"
    INSTITUTION = "institution", "事业单位"
    STATE_OWNED = "state_owned", "国有企业"
    FOREIGN = "foreign", "三资企业"
    PRIVATE = "private", "民营企业"
    OTHER = "other", "其他"


class SeatClass(Labelled):
    """For whom a seat (席位) is kept."""

    ORDINARY = "ordinary", "普通席位"
    HARDSHIP = "hardship", "预留席位（困难职工家庭）"
    ZERO_EMPLOYMENT = "zero_employment", "预留席位（零就业家庭）"


class PriorityMode(Labelled):
    """How hardship enters an order, set per drive and seat class (decisions.md 1)."""

    BAND = "band", "分档优先"
    POINTS = "points", "加分"
    EQUAL_CONDITIONS = "equal_conditions", "同等条件下优先"


class ListSide(Labelled):
    """Which ranked list: a posting's for ordinary or reserved seats, or a graduate's."""

    POSTING_ORDINARY = "posting_ordinary", "岗位普通席位名单"
    POSTING_RESERVED = "posting_reserved", "岗位预留席位名单"
    GRADUATE = "graduate", "毕业生岗位名单"


class HardshipTier(Labelled):
    """Tier of a hardship file (困难类别), current generation (深度 / 相对 / 意外致困)."""

    NONE = "none", "无"
    AUXILIARY = "auxiliary", "辅助档案"
    ACCIDENTAL = "accidental", "意外致困"
    RELATIVE = "relative", "相对困难"
    DEEP = "deep", "深度困难"

    @property
    def rank(self) -> int:
        """Priority rank of the tier, 0 (none) to 4 (deep); zero-employment ranks 5 above it."""
        return list(type(self)).index(self)


class ImportKind(Labelled):
    """What a sheet holds."""

    POSTINGS = "postings", "岗位表"
    EMPLOYERS = "employers", "单位表"
    GRADUATES = "graduates", "毕业生名册"
    HOUSEHOLDS = "households", "困难职工家庭名册"


class RowStatus(Labelled):
    """What an import would do, or did, with one row."""

    NEW = "new", "新增"
    CHANGED = "changed", "变更"
    SAME = "same", "相同"
    REFUSED = "refused", "拒收"
    NOT_DATA = "not_data", "非数据行"
    AMBIGUOUS = "ambiguous", "待人工判断"


class UnionKind(Labelled):
    """Level of a union in the tree (工会组织); industry and directly attached unions hang anywhere."""

    NATIONAL = "national", "全国总工会"
    PROVINCE = "province", "省级工会"
    CITY = "city", "市级工会"
    COUNTY = "county", "县级工会"
    INDUSTRY = "industry", "产业工会"
    ATTACHED = "attached", "直属工会"
    GRASSROOTS = "grassroots", "基层工会"


class Role(Labelled):
    """What a person does here; one account may hold several, one at a time is in use."""

    ADMINISTRATOR = "administrator", "系统管理员"
    DRIVE_MANAGER = "drive_manager", "活动主管"
    CASEWORKER = "caseworker", "帮扶专员"
    REVIEWER = "reviewer", "审核员"
    AUDITOR = "auditor", "审计员"
    FAIR_ORGANISER = "fair_organiser", "招聘会组织者"
    EMPLOYER = "employer", "用人单位"
    GRADUATE = "graduate", "毕业生"
    GRASSROOTS_OFFICER = "grassroots_officer", "基层工会干部"
    APPROVER = "approver", "档案审批人"
    PRIVACY_OFFICER = "privacy_officer", "个人信息保护负责人"
    HELPER = "helper", "结对帮扶人"
    HOLDER = "holder", "户主本人"


class EmployerState(Labelled):
    """Whether an employer may publish: only verified and not expired ones are ranked or referred."""

    PENDING = "pending", "待核"
    VERIFIED = "verified", "已核"
    REFUSED = "refused", "未通过"
    SUSPENDED = "suspended", "停用"


class PostingState(Labelled):
    """State of a posting (岗位)."""

    DRAFT = "draft", "草稿"
    BLOCKED = "blocked", "不合规，未发布"
    PUBLISHED = "published", "已发布"
    CLOSED = "closed", "已关闭"


class SeatState(Labelled):
    """State of one seat (席位)."""

    OPEN = "open", "空缺"
    HELD = "held", "保留中"
    OFFERED = "offered", "已发录用"
    FILLED = "filled", "已定"
    CLOSED = "closed", "已撤销"


class DriveState(Labelled):
    """State of a drive (活动)."""

    PREPARING = "preparing", "筹备"
    OPEN = "open", "进行中"
    CLOSED = "closed", "已结束"


class ConsentPurpose(Labelled):
    """What a graduate agrees to, each separately (个人信息保护法 arts. 14, 23, 24, 29)."""

    SERVICE = "service", "接受就业服务"
    RANKING = "ranking", "参加岗位排序"
    DISCLOSURE = "disclosure", "向推荐的单位提供简历信息"
    HARDSHIP_DISCLOSURE = "hardship_disclosure", "向指定单位说明家庭情况"
    COOPERATION = "cooperation", "请外地工会协助服务"
    PAIRING = "pairing", "与联系人结对"
    FAIR = "fair", "参加招聘会"


class Channel(Labelled):
    """How something was said or entered."""

    SELF = "self", "本人在线"
    ON_BEHALF = "on_behalf", "工作人员代办"
    IMPORT = "import", "名册导入"
    PAPER = "paper", "书面"


class JobState(Labelled):
    """State of a piece of background work."""

    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"
    CANCELLED = "cancelled", "已停止"


class JobQueue(Labelled):
    """Which worker takes it: live answers within a second, batch runs for minutes, ranking takes chunks of runs.

    Chunks have a queue of their own (against decisions.md 8): hosts that only rank must never be given an import
    or an export, whose files they do not have, and a night's fifty thousand chunks must not stand before a sheet
    somebody waits for.
    """

    LIVE = "live", "实时"
    BATCH = "batch", "批量"
    RANKING = "ranking", "排序"


class BatchState(Labelled):
    """State of an import batch (导入批次)."""

    STAGED = "staged", "待提交"
    COMMITTED = "committed", "已提交"
    UNDONE = "undone", "已撤销"


class RunState(Labelled):
    """State of a ranking run (排序运行)."""

    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"
    CANCELLED = "cancelled", "已停止"


class TaskState(Labelled):
    """State of a task (待办)."""

    OPEN = "open", "待办"
    DONE = "done", "已办"
    DROPPED = "dropped", "不再需要"


class MessageState(Labelled):
    """State of an outgoing message (发件箱)."""

    WAITING = "waiting", "待发"
    SENT = "sent", "已发"
    FAILED = "failed", "发送失败"
    WITHDRAWN = "withdrawn", "已撤回"


class MessageChannel(Labelled):
    """By what an outgoing message travels."""

    SITE = "site", "站内"
    SMS = "sms", "短信"
    MAIL = "mail", "邮件"
