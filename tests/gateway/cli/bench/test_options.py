"""Every option has its field."""

from dataclasses import fields

from gateway.cli.bench import bench
from gateway.cli.bench.options import Flags

SHARED = {"upstreams", "cassettes", "config_file", "log_level"}


def test_the_options_make_the_flags():
    assert {option.name for option in bench.params} - SHARED == {field.name for field in fields(Flags)}
    assert all(option.help for option in bench.params if option.param_type_name == "option")
