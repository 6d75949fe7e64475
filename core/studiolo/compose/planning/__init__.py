"""What is asked of each art: the card, put into the requests that a preset names."""
