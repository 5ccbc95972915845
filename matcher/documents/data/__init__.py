"""Data of the printed documents: sentences of the summary."""
