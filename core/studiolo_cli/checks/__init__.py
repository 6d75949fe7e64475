"""What `studiolo doctor` looks at, one part of an installation a file. Each check leaves everything as it was, and says
what it found; none knows another."""
