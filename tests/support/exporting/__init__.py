"""Whole files as the field's systems export them, made up by a seed, with what each row truly says beside them."""
