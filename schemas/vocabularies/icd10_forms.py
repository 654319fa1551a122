"""How ICD-10 codes are written (CMS, ICD-10-CM and ICD-10-PCS Official Guidelines, 2026), closely enough that neither a
name nor a license number passes for one."""

# Of seven characters the last is a letter, but for these groups of the published list: A123456 is a license.
DIAGNOSIS = (
    r"^(?:[A-Za-z][0-9][0-9A-Za-z](?:[0-9A-Za-z]{0,3}|[0-9A-Za-z]{3}[A-Za-z])"
    r"|(?:[Oo][0-9]{2}|[Cc]44|[Ee](?:0[89]|1[013])|[Hh](?:3[45]|40|54)|[Rr]40|[Mm]1[Aa])[0-9A-Za-z]{4})$"
)
"""A diagnosis without its dot."""

# A section, and a digit among the rest: seven letters may be a name. Of letters alone are GZHZZZZ and its like.
_LETTER = "[0-9A-HJ-NP-Z]"
_WITH_DIGIT = "|".join(f"[A-HJ-NP-Z]{{{n}}}[0-9]{_LETTER}{{{5 - n}}}" for n in range(6))
_PROCEDURE = f"(?:[0-9]{_LETTER}{{6}}|GZ[A-Z]ZZZZ|D[HP]Y[BC]FZZ|[B-DF-HX](?:{_WITH_DIGIT}))"
PROCEDURES = rf"^[;,|\s]*{_PROCEDURE}(?:[;,|\s]+{_PROCEDURE})*[;,|\s]*$"
"""Procedures of a stay, with what may stand between them."""
