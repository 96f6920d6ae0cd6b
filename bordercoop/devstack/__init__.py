"""The servers and processes behind `make run`, `make test`, `make check` and `make bench`.

Promises: needs no root, compiler or package manager; listens on loopback only; ends all it started,
and ends nothing else. Only the standard library is imported here, nothing of Django, so that the
launcher starts at once, stays small and can explain what is wrong with the rest.
"""
