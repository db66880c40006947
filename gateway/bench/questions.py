"""What is asked: prompts, whole bodies, or the requests of a cassette, as requests to one target. Pure.

    prompts (one a line) ─┐
    bodies (JSON lines)  ─┼──> Request, Request, ...   asked in turn, over and over, each with the target's key
    a cassette's requests ┘

Providers cache what they have just read: prompts that differ measure something else than one prompt again and again.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.bench.target import Target
from gateway.dialects.apis import api_of
from gateway.dialects.asking import asked, key_headers, path_for
from gateway.dialects.json_object import json_object
from gateway.headers import CREDENTIALS
from gateway.settings import ConfigError
from recorder import __version__
from recorder.interaction import Headers, Request

__all__ = ["DEFAULT_MAX_TOKENS", "Wanted", "from_bodies", "from_prompts", "from_recorded"]

DEFAULT_MAX_TOKENS = 256

_USER_AGENT = ("user-agent", f"tokentape-bench/{__version__}")
# Where the APIs keep a body's limit of tokens.
_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
# What a recording puts in the place of a secret would not do as a header.
_WITHHELD = "REDACTED"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What all questions share: the target, its key ("" for none), and what the user said of model and length."""

    target: Target
    key: str = ""
    model: str | None = None
    max_tokens: int | None = None

    @property
    def headers(self) -> Headers:
        """The key, and who asks."""
        return (*key_headers(self.target.provider, self.key), _USER_AGENT)


def from_prompts(prompts: Iterable[str], wanted: Wanted) -> list[Request]:
    """A request for each prompt that is not blank. Raises ConfigError without a model, or without a prompt."""
    if wanted.model is None:
        raise ConfigError("--model: expected the name of a model to send the prompts to")
    most = wanted.max_tokens or DEFAULT_MAX_TOKENS
    provider, model = wanted.target.provider, wanted.model
    made = [asked(provider, prompt.strip(), model, most) for prompt in prompts if prompt.strip()]
    if not made:
        raise ConfigError("expected at least one prompt; all lines are blank")
    return [replace(request, headers=(*request.headers, *wanted.headers)) for request in made]


def from_bodies(lines: Sequence[str], wanted: Wanted, where: str) -> list[Request]:
    """A request for each line, which is its JSON body; `where` is the file's name. Raises ConfigError."""
    made = list(_bodies(lines, wanted, where))
    if not made:
        raise ConfigError(f"{where}: expected JSON objects, one a line; there is none")
    return made


def _bodies(lines: Sequence[str], wanted: Wanted, where: str) -> Iterator[Request]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            body = json_object(line)
        except ValueError as error:
            raise ConfigError(f"{where}, line {number}: expected a JSON object; {error}") from None
        model = wanted.model or body.get("model")
        if not isinstance(model, str):
            raise ConfigError(f"{where}, line {number}: expected a model in the body, or --model")
        template = asked(wanted.target.provider, "", model, DEFAULT_MAX_TOKENS)
        yield _adjusted(
            replace(template, headers=(*template.headers, *wanted.headers), body=line.strip().encode()), wanted
        )


def from_recorded(requests: Iterable[Request], wanted: Wanted, name: str) -> list[Request]:
    """The requests on the cassette `name` that went to the target's provider and ask a model. Raises ConfigError."""
    known = [each for each in requests if each.method == "POST" and api_of(each.path).name != "unknown"]
    ours = [each for each in known if each.upstream == wanted.target.provider.name]
    if not ours:
        others = ", ".join(sorted({each.upstream for each in known})) or "none at all"
        raise ConfigError(
            f"cassette {name}: expected requests to {wanted.target.provider.name}; it has requests to {others}"
        )
    return [_adjusted(replace(each, headers=(*_kept(each.headers), *wanted.headers)), wanted) for each in ours]


def _kept(headers: Headers) -> Headers:
    """What a recorded request's headers say, without keys and without who asked then."""
    gone = CREDENTIALS | {_USER_AGENT[0], "content-length"}
    return tuple((name, value) for name, value in headers if name.lower() not in gone and _WITHHELD not in value)


def _adjusted(request: Request, wanted: Wanted) -> Request:
    """The request with the model and the limit that the user asked for, where its body has such a thing."""
    if wanted.model is None and wanted.max_tokens is None:
        return request
    try:
        body = json_object(request.body.decode())
    except ValueError:
        return request
    if wanted.model is not None:
        if "model" in body:
            body["model"] = wanted.model
        else:
            request = replace(request, target=path_for(wanted.target.provider, wanted.model))
    for limit in _LIMITS:
        if limit in body and wanted.max_tokens is not None:
            body[limit] = wanted.max_tokens
    return replace(request, body=json.dumps(body, ensure_ascii=False).encode())
