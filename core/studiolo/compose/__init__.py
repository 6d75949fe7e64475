"""One brief, every art: the mood card, what it asks of each art, the kit that comes of it, and how well that fits."""
