"""Dated data of figures."""
