"""The regulation's rules for claims, one file per article, each function named by its concept."""
