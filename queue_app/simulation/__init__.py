"""Made-up days: a branch runs through one with the real operations and a simulated clock, in seconds."""
