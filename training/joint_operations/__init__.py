"""Joint operations: the plan in eight parts, shifts, daily reports, the final evaluation."""
