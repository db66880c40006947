"""Plans a picnic: an agent that looks up the weather and the shop's shelves before it answers."""
