"""Pure rules of the queue: no clock, no database, no network; the standard library only."""
