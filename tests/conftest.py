"""What is below tests/ and is no test of ours."""

# Projects that tests copy and run on their own.
collect_ignore = ["many_streams", "sample_project"]
