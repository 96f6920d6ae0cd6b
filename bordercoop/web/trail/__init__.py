"""The auditor's page over the audit trail of the own side."""
