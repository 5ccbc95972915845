"""What is wrong with an uploaded template (表样): a code for programs and a sentence for people."""


class TemplateError(ValueError):
    """A workbook that is not taken as a template; carries a code and a Chinese sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
