"""Templates, guides and example files of each dataset."""
