"""What was made, as files: the kit's folder, its page, and the notes of a project."""
