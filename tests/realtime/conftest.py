"""The wired application, and screens that listen to it."""

from tests.web.conftest import admin, api_of, application, brno, context, visitor

__all__ = ["admin", "api_of", "application", "brno", "context", "visitor"]
