"""The commands: what a person types, and what the terminal shows. Talks to the daemon through the client."""
