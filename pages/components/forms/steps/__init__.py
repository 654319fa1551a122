"""The four steps of sending a file: Choose, Fix, Preview, Accept."""
