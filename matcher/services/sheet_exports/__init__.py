"""Sheets and lists that leave as files (统计表导出): forms, templates, files in the background, lists of people."""
