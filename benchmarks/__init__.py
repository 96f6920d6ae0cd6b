"""What the portal costs, beside what the machine could do at best in the same minutes.

`make bench` runs everything against real processes and servers that write to disk as in
production, prints the table, and writes `benchmarks/results.json` and `docs/benchmarks.md`.
"""
