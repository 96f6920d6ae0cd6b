"""How systems of a side are told by HTTP what happens at its desks (docs/webhooks.md).

Only the outbox's processes send anything from here.
"""
