"""Sheets and lists leaving as files (统计表导出): forms, uploaded templates, files in the background, lists of people."""
