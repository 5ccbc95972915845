"""Closed list: what could seat one more person guaranteed a seat (做什么能有用), by who would have to do it."""

from matcher.kinds.labelled import Labelled


class HelpKind(Labelled):
    """One change of a person, of seats, or of an employer's conditions."""

    CERTIFICATE = "certificate", "取得证书"
    SECOND_MAJOR = "second_major", "加修第二专业"
    PLACE = "place", "增加意向地点"
    MOBILITY = "mobility", "放宽意向地点"
    FIELD_SEATS = "field_seats", "按专业类和地点增加预留席位"
    POSTING_SEATS = "posting_seats", "在现有岗位增加预留席位"
    LIFT_CERTIFICATE = "lift_certificate", "单位放宽证书要求"
    LIFT_EDUCATION = "lift_education", "单位放宽学历要求"
    LIFT_MAJOR = "lift_major", "单位放宽专业要求"
    LIFT_PLACE = "lift_place", "单位解决异地就业"

    @property
    def is_personal(self) -> bool:
        """Whether a person would do it."""
        return self in (
            HelpKind.CERTIFICATE,
            HelpKind.SECOND_MAJOR,
            HelpKind.PLACE,
            HelpKind.MOBILITY,
        )

    @property
    def is_employers(self) -> bool:
        """Whether one employer is to be asked, at one posting."""
        return not self.is_personal and self is not HelpKind.FIELD_SEATS
