"""Cases as people read them, one YAML file each, and what plays them."""
