"""What a brief means: read by rules and by nearness in meaning, as a mood card that a person can change."""
