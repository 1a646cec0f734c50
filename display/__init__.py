"""The lobby's screens: who is called, and where to."""
