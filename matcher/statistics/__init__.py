"""Figures as pure rules: indicators, the checks between them, suppression of small counts, the forecast (统计)."""
