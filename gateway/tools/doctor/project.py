"""What the project has: a folder of cassettes that is kept, and a git that shows them."""

from dataclasses import dataclass

from gateway.tools.doctor.diagnosis import Diagnosis
from recorder.plural import count

__all__ = ["Folder", "Repository", "cassette_folder", "git_text", "settings"]


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of the cassettes. `ignored` is the rule by which git leaves cassettes out, or empty."""

    path: str
    exists: bool
    is_folder: bool
    writable: bool
    cassettes: int = 0
    ignored: str = ""


@dataclass(frozen=True, slots=True)
class Repository:
    """What git says: its version (empty without git), whether this is a repository, and how it shows cassettes.

    `text` and `diff` are the attributes of a cassette; `textconv` the command, and whether what it starts is there.
    """

    version: str = ""
    inside: bool = False
    text: str = ""
    diff: str = ""
    textconv: str = ""
    runs: bool = False


def settings(error: str) -> Diagnosis:
    """Whether flags, environment and configuration file can be used; `error` is the complaint, or empty."""
    if error:
        return Diagnosis("problem", "settings", error, "correct it there; docs/configuration.md has all settings")
    return Diagnosis("ok", "settings", "understood")


def cassette_folder(folder: Folder) -> list[Diagnosis]:
    """Whether cassettes can be written there and will be committed."""
    found = [_place(folder)]
    if folder.ignored:
        text = f"git leaves cassettes out ({folder.ignored}): CI will have none to replay"
        found.append(Diagnosis("warning", "cassettes", text, "take that line out, then: git add " + folder.path))
    return found


def _place(folder: Folder) -> Diagnosis:
    if folder.exists and not folder.is_folder:
        return Diagnosis("problem", "cassettes", f"{folder.path} is a file", "use another folder: --cassettes DIR")
    if not folder.writable:
        where = folder.path if folder.exists else f"{folder.path} does not exist, and its parent"
        return Diagnosis(
            "problem", "cassettes", f"{where} cannot be written to", f"chmod u+wx {folder.path}, or --cassettes"
        )
    if not folder.exists:
        return Diagnosis("ok", "cassettes", f"{folder.path} is not there yet; the first recording makes it")
    return Diagnosis("ok", "cassettes", f"{folder.path}: {count(folder.cassettes, 'cassette')}, writable")


def git_text(repository: Repository) -> list[Diagnosis]:
    """Whether `git diff` shows cassettes as text, and leaves their bytes alone."""
    if not repository.version:
        return [Diagnosis("ok", "git", "there is no git on the PATH")]
    if not repository.inside:
        return [Diagnosis("ok", "git", "this folder is in no repository")]
    found = []
    if repository.textconv and not repository.runs:
        text = f"`git diff` fails on cassettes: it starts {repository.textconv.split()[0]}, which is not there"
        found.append(Diagnosis("problem", "git", text, "tokentape git install"))
    elif not repository.textconv or repository.diff != "cassette":
        found.append(Diagnosis("warning", "git", "`git diff` shows cassettes as binary files", "tokentape git install"))
    if repository.text != "unset":
        text = "git may convert line ends in cassettes, which damages them"
        found.append(Diagnosis("warning", "git", text, "echo '*.cassette -text diff=cassette' >> .gitattributes"))
    return found or [Diagnosis("ok", "git", "`git diff` shows cassettes as text")]
