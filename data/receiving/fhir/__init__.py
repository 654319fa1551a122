"""FHIR exports: from lines that hold a resource each to tables of our datasets."""
