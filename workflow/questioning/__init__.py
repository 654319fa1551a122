"""Questioning: queries that people write, each answered from one edition of the release that is shown."""
