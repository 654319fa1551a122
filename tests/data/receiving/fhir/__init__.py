"""FHIR exports: what is made of each resource, and of each line."""
