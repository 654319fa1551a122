"""Real public files: CMS, NHANES, Synthea and a corpus of messy ones."""
