"""Packs: a release as it leaves the room, as a page, a document, slides and a workbook, each from the same contents."""
