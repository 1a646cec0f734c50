"""Panels of lamps above the counters: what they can show, how they are told, and one that needs no hardware.

A leaf library: it knows nothing of branches and records. `docs/panels.md` describes the protocol byte by byte.
"""
