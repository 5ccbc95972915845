"""Inputs and outputs of pages and API as pydantic models, one file an area."""
