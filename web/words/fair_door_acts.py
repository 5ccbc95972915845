"""What the acts at the door are called in the trail (操作名称)."""

from types import MappingProxyType

from web.i18n import msg

DOOR_ACTS = MappingProxyType(
    {
        "door_device": msg("验票终端：全部"),
        "door_device.added": msg("加验票终端"),
        "door_device.link_renewed": msg("重新生成配对链接"),
        "door_device.revoked": msg("停用验票终端"),
        "door_loan": msg("离线名额：全部"),
        "door_loan.taken_back": msg("收回离线名额"),
        "door_conflict": msg("入场冲突：全部"),
        "door_conflict.settled": msg("核对入场冲突"),
    }
)
