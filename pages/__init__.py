"""The screens: one thin file a page; everything drawn lives in `components`."""
