"""Recorded days of real offices: fed through a running server over HTTP, or loaded into the record."""
