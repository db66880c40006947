"""A provider, a gateway or a replay driven with requests and measured, with how wrong the measuring itself was."""
