"""One file per article of the regulation; each rule's docstring begins with its clause."""
