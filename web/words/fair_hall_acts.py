"""What the acts in the hall of a fair are called in the trail (操作名称); steps at booths have a log of their own."""

from types import MappingProxyType

from web.i18n import msg

ACTS = MappingProxyType(
    {
        "fair_announcement.made": msg("发布现场公告"),
        "fair_announcement.withdrawn": msg("撤下现场公告"),
        "fair_contacts.taken": msg("下载接触名单"),
        "fair_resume.opened": msg("展位打开简历"),
    }
)

SUBJECTS = MappingProxyType({"fair_contact": msg("展位接触")})
