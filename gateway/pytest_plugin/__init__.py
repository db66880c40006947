"""The pytest plugin: cassettes as a marker and a fixture."""
