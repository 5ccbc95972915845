"""What a posting's row says of the form of work (用工形式) and of public welfare (公益性岗位)."""

from matcher.intake.layout import RowReader
from matcher.intake.word_readers import read_yes_no


def read_work_form(reader: RowReader) -> str | None:
    """Return the form of work (用工形式), with labour dispatch told in a column of its own."""
    text = reader.text("work_form")
    dispatched = reader.text("labour_dispatch")
    if dispatched and read_yes_no(dispatched).value:
        return f"{text}；劳务派遣" if text else "劳务派遣"
    return text


def read_public_welfare(reader: RowReader, title: str) -> bool:
    """Say whether a row is of public welfare (公益性岗位): by its column, else by the words themselves."""
    said = reader.text("public_welfare")
    if said:
        return bool(reader.take("public_welfare", read_yes_no(said)))
    texts = (title, reader.text("posting_kind"), reader.text("work_form"))
    return any(text is not None and "公益性岗位" in text for text in texts)
