"""Dated tables of rules, read through importlib.resources."""
