"""What statistics libraries compute of counts: the usual range of a week, and hot spots.

Nothing here knows of the portal or its database, and nothing imports this but the process that
computes (`python -m riskanalysis.statistics.child`): the libraries take some 200 MB, which go back
when it ends. The methods and their limits: docs/indicators.md and docs/adr/0023-statistics.md.
"""
