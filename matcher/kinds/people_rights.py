"""Closed lists of rights and secrecy: exports, requests of persons, publicity, disclosures (个人信息权利与保密)."""

from matcher.kinds.labelled import Labelled


class ExportState(Labelled):
    """Where a request for an export stands (导出申请)."""

    REQUESTED = "requested", "待审批"
    APPROVED = "approved", "已批准，生成中"
    READY = "ready", "可下载"
    REFUSED = "refused", "未批准"
    EXPIRED = "expired", "已过期"


class ExportKind(Labelled):
    """What an export is of; all are asked, approved, marked and fetched in the same way (导出种类)."""

    FILES = "files", "档案名册"
    NAME_LIST = "name_list", "毕业生名单（附件）"
    SCHOOL = "school", "学校就业信息报送表"


class ExportField(Labelled):
    """A column an export may have; bank cards and illness are on no list: they are seen one by one."""

    FILE_NUMBER = "file_number", "档案编号"
    UNION = "union", "所属工会"
    UNIT = "unit", "工作单位"
    STATE = "state", "档案状态"
    TIER = "tier", "困难类别"
    APPROVED_ON = "approved_on", "审批日期"
    HOLDER = "holder", "户主姓名"
    MEMBERS = "members", "家庭人数"
    ID_NUMBER = "id_number", "证件号码"
    PHONE = "phone", "手机号码"
    ADDRESS = "address", "家庭住址"

    @property
    def is_sensitive(self) -> bool:
        """Whether the column holds sealed data in full."""
        return self in (ExportField.ID_NUMBER, ExportField.PHONE, ExportField.ADDRESS)


class RightsKind(Labelled):
    """What a person asks about the own data (个人信息保护法 arts. 24, 44 to 48)."""

    ACCESS = "access", "查阅"
    COPY = "copy", "复制"
    CORRECTION = "correction", "更正、补充"
    DELETION = "deletion", "删除"
    EXPLANATION = "explanation", "解释说明"
    OBJECTION = "objection", "不同意自动比对"


class RightsState(Labelled):
    """Where such a request stands."""

    OPEN = "open", "待办理"
    DONE = "done", "已办理"
    BLOCKED = "blocked", "依法留存，停止其他处理"
    REFUSED = "refused", "不予办理"


class StoryAnswer(Labelled):
    """What a person said to being named in publicity (宣传报道)."""

    GIVEN = "given", "书面同意"
    REFUSED = "refused", "不同意"


class DisclosureBasis(Labelled):
    """On what ground data went to somebody else (提供依据)."""

    CONSENT = "consent", "本人单独同意"
    LAW = "law", "法律、行政法规规定"
    CONTRACT = "contract", "委托处理协议"


class DataKind(Labelled):
    """A kind of personal data, as a disclosure names it (个人信息种类)."""

    IDENTITY = "identity", "姓名、证件"
    CONTACT = "contact", "联系方式、住址"
    STUDY = "study", "学校、专业、学历"
    WORK = "work", "工作和就业情况"
    FAMILY = "family", "家庭成员"
    MEANS = "means", "收入和家庭状况"
    HEALTH = "health", "健康状况"
    IMAGE = "image", "照片、事迹"
