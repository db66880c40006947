#!/usr/bin/env bash
# Records the sample cassettes of this folder anew, from the simulated provider: no key, no network, nothing of a real model.
set -euo pipefail
cd "$(dirname "$0")"

await() { until grep -q listening "$1"; do sleep 0.1; done; sed 's/listening on //' "$1"; }
ask() { curl -sS -o /dev/null "$gateway/@$1$2" -H 'content-type: application/json' -d "$3"; }

work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -rf "$work"' EXIT
tokentape simulate --port 0 --seed 7 >"$work/provider" &
provider=$(await "$work/provider")
tokentape serve --port 0 --mode all --cassettes . --cassette unused \
    $(printf -- "--upstream %s=$provider " anthropic openai gemini ollama) >"$work/gateway" &
gateway=$(await "$work/gateway")

song='"messages":[{"role":"user","content":"Write me a 1 verse song about goldfish on the moon"}]'
weather='"messages":[{"role":"user","content":"What is the weather in Paris and in Tokyo?"}]'
schema='{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}'

ask anthropic-text /anthropic/v1/messages '{"model":"sim","max_tokens":200,"stream":true,'"$song}"
ask anthropic-tools /anthropic/v1/messages '{"model":"sim","max_tokens":200,"stream":true,"tools":[{"name":"weather","input_schema":'"$schema}],$weather}"
ask openai-chat /openai/v1/chat/completions '{"model":"sim","stream":true,"stream_options":{"include_usage":true},'"$song}"
ask openai-responses /openai/v1/responses '{"model":"sim","stream":true,"input":"Tell me a short story about space."}'
ask gemini-text "/gemini/v1beta/models/sim:streamGenerateContent?alt=sse" '{"contents":[{"role":"user","parts":[{"text":"Tell me a short story about space."}]}]}'
ask ollama-chat /ollama/api/chat '{"model":"sim",'"$song}"
ask rate-limited /anthropic/v1/messages '{"model":"simulate-429","max_tokens":200,"stream":true,'"$song}"
