"""Completion scripts, one module a shell: ``script(outline) -> str``. Static: nothing runs while completing."""

# What --cluster takes: words, and beginnings that a path follows.
CLUSTERS = ("live", "lab", "embedded")
CLUSTER_FOLDER = "embedded:"
CLUSTER_FILE = "file:"
