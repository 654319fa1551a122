"""The screens: one thin file a page. All that they draw is in `components`."""
