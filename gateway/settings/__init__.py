"""What can be set: one frozen value, and for each key how its value is read and checked.

Values come in two shapes: typed, from a TOML file, and as text, from flags and the environment. `Setting.read` makes
text what TOML would have given, `Setting.check` makes that the value that `Config` holds. Where values come from is the
business of gateway/config; nothing here touches a file or the environment.
"""

from gateway.settings.kinds import Setting
from gateway.settings.table import SETTINGS
from gateway.settings.values import Config, ConfigError, Mode, UpstreamSpec

__all__ = ["SETTINGS", "Config", "ConfigError", "Mode", "Setting", "UpstreamSpec"]
