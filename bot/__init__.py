"""Everything that faces the world, and the conversation itself."""
