"""Reading a joint investigation: whose part is whose, the guideline in force, pages and papers."""
