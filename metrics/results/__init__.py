"""The one shape of a figure: published, own, unreleased, and the editions of a release."""
