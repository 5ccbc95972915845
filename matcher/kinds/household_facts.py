"""Closed lists of what stands around a file: incomes, expenses, schooling, visits, papers (档案内容)."""

from matcher.kinds.labelled import Labelled


class IncomeKind(Labelled):
    """Kind of a yearly income (收入类别); rule sets say which count."""

    WAGE = "wage", "工资性收入"
    BUSINESS = "business", "经营净收入"
    PROPERTY = "property", "财产净收入"
    TRANSFER = "transfer", "转移净收入（养老金、低保金等）"
    UNION_AID = "union_aid", "工会助学、帮扶资金"
    OTHER = "other", "其他收入"


class ExpenseKind(Labelled):
    """Kind of a rigid expense (刚性支出类别); tuition is its own, since one generation reads it alone."""

    TUITION = "tuition", "子女学费"
    SCHOOLING = "schooling", "其他就学支出"
    MEDICAL = "medical", "医疗自付"
    DISABILITY = "disability", "残疾康复、照护"
    WORK_COST = "work_cost", "必要的就业成本"
    ACCIDENT = "accident", "意外、灾害损失"
    HOUSING = "housing", "住房"
    OTHER = "other", "其他刚性支出"


class SchoolLevel(Labelled):
    """Level of a schooling (就学层次)."""

    KINDERGARTEN = "kindergarten", "幼儿园"
    COMPULSORY = "compulsory", "义务教育"
    SENIOR_HIGH = "senior_high", "普通高中"
    VOCATIONAL = "vocational", "中职中专"
    COLLEGE = "college", "专科（高职）"
    BACHELOR = "bachelor", "本科"
    GRADUATE = "graduate", "研究生"

    @property
    def is_higher(self) -> bool:
        """Whether somebody of this level leaves school as a graduate (毕业生)."""
        return self in (SchoolLevel.COLLEGE, SchoolLevel.BACHELOR, SchoolLevel.GRADUATE)


class VisitOutcome(Labelled):
    """How a home visit ended (入户走访结果)."""

    MET = "met", "已入户"
    ABSENT = "absent", "家中无人"
    MOVED = "moved", "已搬离"
    DECLINED = "declined", "谢绝入户"


class PaperKind(Labelled):
    """Kind of a paper of the file (档案材料)."""

    APPLICATION = "application", "困难职工帮扶申请书"
    AUTHORISATION = "authorisation", "家庭经济状况核对授权委托书"
    IDENTITY = "identity", "身份证复印件"
    HUKOU_BOOK = "hukou_book", "户口本"
    INCOME_PROOF = "income_proof", "收入证明"
    ALLOWANCE_CERTIFICATE = "allowance_certificate", "低保证等"
    LABOUR_CONTRACT = "labour_contract", "劳动合同"
    UNEMPLOYMENT_PROOF = "unemployment_proof", "失业登记证明"
    DIAGNOSIS = "diagnosis", "疾病诊断"
    MEDICAL_BILL = "medical_bill", "医疗票据、结算单"
    DISABILITY_CERTIFICATE = "disability_certificate", "残疾证"
    ADMISSION_LETTER = "admission_letter", "录取通知书"
    TUITION_RECEIPT = "tuition_receipt", "学费收据"
    UNION_CARD = "union_card", "工会会员卡"
    BANK_CARD = "bank_card", "银行卡复印件"
    REVIEW_MINUTES = "review_minutes", "工会评议记录"
    PUBLIC_NOTICE = "public_notice", "公示单"
    FILE_FORM = "file_form", "困难职工档案表"
    CHECK_RESULT = "check_result", "家庭经济状况核对结果"
    OTHER = "other", "其他材料"


class PoliticalStatus(Labelled):
    """Political status (政治面貌), as the national form lists it."""

    PARTY = "party", "中共党员"
    LEAGUE = "league", "共青团员"
    MASSES = "masses", "群众"
    DEMOCRATIC = "democratic", "民主党派"
    OTHER = "other", "其他"


class FileAct(Labelled):
    """What a change of a file did to one of its parts (变更类别)."""

    ADDED = "added", "新增"
    CHANGED = "changed", "修改"
    REMOVED = "removed", "移除"
    RESTORED = "restored", "恢复"
