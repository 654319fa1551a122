"""What adds up: every relation between published counts, declared once for what hides and what audits."""
