"""BorderCoop. VERSION stands in backups too: a backup is restored by the version that made it."""

VERSION = "0.1.0"
