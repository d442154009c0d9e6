"""From a spec and the live configuration to the desired one: ownership, composition, comparison, the patch."""
