"""Closed lists of files made of a sheet (统计表文件): as what, where one stands; columns of the name list."""

from matcher.kinds.labelled import Labelled


class SheetFileKind(Labelled):
    """As what a sheet is made."""

    WORKBOOK = "workbook", "统计表（xlsx，非官方样式）"
    PDF = "pdf", "统计表（PDF，非官方样式）"
    TEMPLATE = "template", "上级表样（xlsx）"
    SUMMARY = "summary", "活动总结初稿（Word）"


class SheetFileState(Labelled):
    """Where the making of a file stands."""

    WAITING = "waiting", "生成中"
    READY = "ready", "可下载"
    FAILED = "failed", "没有生成"
    EXPIRED = "expired", "已过期"


class NameField(Labelled):
    """A column of the name list (名单附件); bank cards and illness are on no list."""

    UNION = "union", "所属工会"
    FILE_NUMBER = "file_number", "档案编号"
    HOLDER = "holder", "户主姓名"
    NAME = "name", "学生姓名"
    EDUCATION = "education", "学历"
    SCHOOL = "school", "毕业院校"
    MAJOR = "major", "专业"
    GRADUATES_ON = "graduates_on", "毕业时间"
    YEARS = "years", "应届、往届"
    TIER = "tier", "困难类别（摸底时）"
    ZERO = "zero", "零就业家庭（摸底时）"
    STANDING = "standing", "摸底去向"
    PLACED = "placed", "现在去向"
    ID_MASKED = "id_masked", "证件号码（隐去中间）"
    PHONE_MASKED = "phone_masked", "手机号码（隐去中间）"
    ID_NUMBER = "id_number", "证件号码"
    PHONE = "phone", "手机号码"

    @property
    def is_sensitive(self) -> bool:
        """Whether the column holds sealed data in full."""
        return self in (NameField.ID_NUMBER, NameField.PHONE)
