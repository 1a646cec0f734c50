"""Pages and JSON for people and programs: translates, never decides."""
