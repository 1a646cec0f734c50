"""Care of an installation: backup, restore, doctor."""
