"""Which release this is."""

from __future__ import annotations

VERSION = "0.7.0"
"""The product's version; a backup, the metrics and `flask doctor` name it."""
