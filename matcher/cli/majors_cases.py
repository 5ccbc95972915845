"""One question whether a graduate meets a requirement, as `majors match` and `evaluate` take it."""

from pydantic import BaseModel, ConfigDict


class StudentIn(BaseModel):
    """The graduate of one case; `level` 本科, 研究生, 专科 or a word such as 硕士, UG, PG."""

    level: str
    major_name: str
    code: str | None = None


class CaseIn(BaseModel):
    """One line of `majors match`."""

    model_config = ConfigDict(extra="ignore")

    id: str | int
    requirement: str
    requirement_column_level: str | None = None
    student: StudentIn
    needs: str | None = None
