"""Pure pieces of risk reports: what is frozen of one, and who reads which form of it."""
