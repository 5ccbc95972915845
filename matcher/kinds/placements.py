"""Closed lists of placements (毕业去向、就业): states, what proves one, why one is doubted, anomalies."""

from matcher.kinds.labelled import Labelled


class PlacementState(Labelled):
    """Where a placement stands; only VERIFIED counts. Steps are in `matcher.policy.placement_steps`."""

    REPORTED = "reported", "自报"
    CHECKING = "checking", "待核"
    VERIFIED = "verified", "已核"
    DOUBTED = "doubted", "存疑"
    REVOKED = "revoked", "撤销"


class PlacementSource(Labelled):
    """How a placement came to be known (来源)."""

    REFERRAL = "referral", "推荐后报到"
    STAFF = "staff", "工作人员登记"
    SELF = "self", "本人填报"


class PlacementEnd(Labelled):
    """Why a placement ended (去向结束原因)."""

    QUIT = "quit", "本人离职"
    DISMISSED = "dismissed", "单位解除"
    EXPIRED = "expired", "合同期满"
    CLOSED = "closed", "单位关停"
    CHANGED = "changed", "换了去向"
    OTHER = "other", "其他"


class DestinationGroup(Labelled):
    """What kind of destination (去向类别) a code of the lists stands for."""

    UNIT = "unit", "单位就业"
    PROJECT = "project", "基层项目"
    ENLISTED = "enlisted", "应征入伍"
    BUSINESS = "business", "自主创业"
    FLEXIBLE = "flexible", "灵活就业"
    STUDY = "study", "升学"
    ABROAD = "abroad", "出国、出境"
    WAITING = "waiting", "待就业"
    NOT_NOW = "not_now", "暂不就业"
    EXCLUDED = "excluded", "不纳入统计"


class EvidenceKind(Labelled):
    """Kind of evidence (证明材料); which destination it proves is in `policy/data/destinations.csv`."""

    TRIPARTITE = "tripartite", "就业协议（三方协议）"
    ACCEPTANCE = "acceptance", "接收函"
    CONTRACT = "contract", "劳动合同"
    SOCIAL_INSURANCE = "social_insurance", "社会保险缴费记录"
    EMPLOYMENT_PROOF = "employment_proof", "用人证明（盖章）"
    PAY_RECORD = "pay_record", "工资发放记录"
    ENLISTMENT = "enlistment", "入伍通知书"
    PROJECT_NOTICE = "project_notice", "项目录用通知"
    LICENCE = "licence", "营业执照"
    SHARES = "shares", "股权证明"
    FLEXIBLE_REGISTRATION = "flexible_registration", "灵活就业登记"
    FLEXIBLE_PROMISE = "flexible_promise", "灵活就业承诺书"
    ADMISSION = "admission", "录取通知书"
    ENROLMENT = "enrolment", "学籍证明"
    STUDY_ABROAD = "study_abroad", "签证或境外录取材料"
    CHECK_NUMBER = "check_number", "去向登记核验编号"
    INTERNSHIP_PAPER = "internship_paper", "实习、见习材料"
    OTHER = "other", "其他材料"


class EvidenceVerdict(Labelled):
    """What a reviewer found of a piece of evidence (核验结论)."""

    GOOD = "good", "属实"
    INTERNSHIP = "internship", "实为实习、见习材料"
    FALSE = "false", "不符"
    UNCLEAR = "unclear", "看不清或不全，请补"


class EvidenceMethod(Labelled):
    """How evidence was checked (核验方式)."""

    ORIGINAL = "original", "核对原件"
    NUMBER = "number", "按编号在线核验"
    CALL = "call", "电话向单位核实"
    VISIT = "visit", "上门核实"
    DATA = "data", "部门数据比对"


class PersonAnswer(Labelled):
    """What the graduate says to the recorded destination (本人确认)."""

    TRUE = "true", "属实"
    NOT_TRUE = "not_true", "不属实"


class DoubtReason(Labelled):
    """Why a placement is doubted (存疑原因)."""

    OBJECTION = "objection", "本人说不属实"
    EVIDENCE = "evidence", "材料与登记不符"
    EMPLOYER = "employer", "单位不认可"
    REUSED = "reused", "材料重复使用"
    INTERNSHIP = "internship", "疑为实习、见习"
    IMPLAUSIBLE = "implausible", "情况不合常理"
    OTHER = "other", "其他"


class RevocationReason(Labelled):
    """Why a placement was revoked (撤销原因)."""

    UNTRUE = "untrue", "查明不属实"
    INTERNSHIP = "internship", "实为实习、见习"
    NOT_BEGUN = "not_begun", "未能报到"
    MISTAKE = "mistake", "登记有误"
    TWICE = "twice", "重复登记"
    OTHER = "other", "其他"


class PlacementWarning(Labelled):
    """What looks wrong but may be right (提示): recorded only with a reason."""

    CREDIT_CODE_MISSING = "credit_code_missing", "没有统一社会信用代码"
    CREDIT_CODE_CHECK = "credit_code_check", "统一社会信用代码校验不通过"
    CONTRACT_MISSING = "contract_missing", "没有劳动合同起始日期"
    CONTRACT_LATE = "contract_late", "开始工作一个月内没有签合同"
    LICENCE_SHARED = "licence_shared", "同一营业执照用于多人创业"
    HIRES_ON_DAY = "hires_on_day", "单位同一天录用人数偏多"
    INTERNSHIP_WORDS = "internship_words", "岗位名称像实习、见习"
    CODE_UNCONFIRMED = "code_unconfirmed", "去向代码未见官方文本"
    EVIDENCE_SHARED = "evidence_shared", "同一材料也用于他人"


class AlertKind(Labelled):
    """Kind of anomaly (异常线索): a reason to look, never a finding by itself."""

    LATE_JUMP = "late_jump", "截止前几天集中登记"
    EVIDENCE_REUSED = "evidence_reused", "同一材料用于多人"
    PHONE_SHARED = "phone_shared", "同一手机号用于多人"
    LICENCE_SHARED = "licence_shared", "同一营业执照用于多人创业"
    HIRES_ON_DAY = "hires_on_day", "一家单位同一天录用很多人"
    TARGET_EXACT = "target_exact", "恰好达到目标"
    CLERK_DAY = "clerk_day", "一人一天登记很多条"
    WARNINGS_PASSED = "warnings_passed", "一人多次带着提示登记"


class AlertState(Labelled):
    """Whether an anomaly was looked at (处理情况)."""

    OPEN = "open", "待查看"
    SETTLED = "settled", "已查看"


class AlertFinding(Labelled):
    """What looking at an anomaly showed (查看结论)."""

    EXPLAINED = "explained", "情况属实，有合理原因"
    CORRECTED = "corrected", "有误，已更正"
    PASSED_ON = "passed_on", "已交有关部门核查"
