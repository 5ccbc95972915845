"""Imports (导入): sheets → checked rows → staged rows → one commit, undoable as a batch.

The way of a file: `batches.create_batch` notes it, `staging` judges every row against the tables and keeps what
it would do, people look and mend columns, `committing` writes all of it in one transaction, `undoing`
takes a batch back. The same file twice changes nothing; a row that would be ambiguous goes to a person.
"""
