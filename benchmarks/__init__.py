"""What the relay costs, beside a direct connection, nginx and a naive proxy. See README.md."""
