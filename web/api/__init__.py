"""The JSON API: blueprints for programs, each with a bearer token (`matcher.services.api_tokens`)."""

from flask import Blueprint

BLUEPRINTS: tuple[Blueprint, ...] = ()
"""All blueprints of the API; their errors are problem documents and their requests bear tokens."""
