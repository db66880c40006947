"""What `tokentape cassette` does besides showing: cassettes checked, compared, changed, exported and imported."""
