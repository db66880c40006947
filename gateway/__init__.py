"""Meaning and sockets: the proxy, its dialects and its command line. Importing it does nothing."""
