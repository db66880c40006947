"""The page at `/_/`: its files, its data as JSON, its feed. Nothing here relays; docs/page.md is for its users."""
