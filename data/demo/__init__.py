"""The made-up demo partnership: people, files, mistakes and a story."""
