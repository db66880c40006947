"""What is below tests/ and is no test of ours."""

# A project that tests copy and run on its own: test_sample_project.py.
collect_ignore = ["sample_project"]
