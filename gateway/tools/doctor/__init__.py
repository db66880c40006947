"""What is in the way of recording and replaying on this machine: facts in, diagnoses out, each with its remedy.

    environment   base URLs, keys, proxies        machine    Python, event loop, port, open files
    project       cassette folder, git            packages   SDKs, the pytest plugin

Pure: gateway/cli/doctor collects the facts. No diagnosis repeats a key, nor what in a URL could be one.
"""

from gateway.tools.doctor.diagnosis import Diagnosis, Level, diagnosis_json, diagnosis_lines, worst

__all__ = ["Diagnosis", "Level", "diagnosis_json", "diagnosis_lines", "worst"]
