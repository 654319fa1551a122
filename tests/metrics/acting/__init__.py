"""Impact, value and sharing: worlds whose truth is known, and what each rule promises."""
