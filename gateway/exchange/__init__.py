"""Interactions as the text of other tools, and back: JSON lines, HAR, cassettes of vcrpy. Pure: text in, values out.

    Interaction  <──>  interaction_json  <──  show --json
                             └── json_lines      everything that is stored, one interaction a line
                             └── har, har_import HAR 1.2, of ours, of browsers and of proxies
                             └── vcrpy           YAML or JSON of vcrpy and pytest-recording

What is read here comes from strangers: `Cursor` says where something is not as it should be, `Refused` is the error.
"""
