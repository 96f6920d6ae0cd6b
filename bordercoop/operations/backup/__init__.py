"""Backup and restore: one encrypted file that holds the database and the files.

Promise: a backup is the portal as it stood at one moment, readable only with the key that the
operator keeps elsewhere; a restore gives all of it back or changes nothing. docs/operations.md
says how to use it, docs/adr/0013-backup.md why it is made so.
"""


class BackupTrouble(Exception):
    """What went wrong and what to do next, in a sentence for the operator."""
