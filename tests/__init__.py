"""The tests mirror the tree; beside them attack, browser, house, oracles, real, spec and support."""
