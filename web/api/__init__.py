"""The JSON API: blueprints for programs, each with a bearer token (`matcher.services.api_tokens`)."""

from flask import Blueprint

from web.api import graduates, openapi, people, postings

BLUEPRINTS: tuple[Blueprint, ...] = (postings.bp, people.bp, graduates.bp, openapi.bp)
"""All blueprints of the API; their errors are problem documents and their requests bear tokens."""
