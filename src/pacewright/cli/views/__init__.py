"""Text for people, rendered from the JSON documents."""
