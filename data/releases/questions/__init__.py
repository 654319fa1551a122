"""Questions to a release: each is answered in a process of its own that can read one edition and nothing else."""
