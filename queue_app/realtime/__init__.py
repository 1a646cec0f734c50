"""The only place that emits: rooms, subscriptions, and telling the screens what was committed."""
