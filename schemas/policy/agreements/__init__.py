"""Agreements: what a partner may send under which document, and until when."""
