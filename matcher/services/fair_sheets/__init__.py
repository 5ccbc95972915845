"""A fair on paper (纸质办理): sheets to print, the workbook of the same lines, and entering them afterwards."""
