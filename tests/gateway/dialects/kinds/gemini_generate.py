"""Gemini generateContent: the parts, what annotates a candidate, finish and block reasons, usage and errors."""

API = "gemini.generate_content"
PATH = "/v1beta/models/gemini-3-flash-preview:streamGenerateContent"
WIRE = "sse"

HEAD = {"modelVersion": "gemini-3-flash", "responseId": "r-1"}
PNG, PCM = "iVBORw0KGgo=", "UklGRiQA"


def frame(*parts, **candidate):
    """A response of one candidate with these parts."""
    content = {"content": {"parts": list(parts), "role": "model"}} if parts else {}
    return {"candidates": [{**content, "index": 0, **candidate}], **HEAD}


def call(name=None, **fields):
    return {"functionCall": {"name": name, **fields} if name else fields}


HELLO = frame({"text": "Paris is in France."})

PARTS = {
    "text": {"text": "Hello"},
    "text, thought": {"text": "Let me see.", "thought": True},
    "thoughtSignature": {"text": "", "thoughtSignature": "Eo8Cse"},
    "functionCall": {**call("look", id="c-1", args={"place": "Zürich", "days": 2}), "thoughtSignature": "EvUCCv"},
    "functionResponse": {"functionResponse": {"id": "c-1", "name": "look", "response": {"output": "rain"}}},
    "toolCall": {"toolCall": {"toolType": "GOOGLE_SEARCH_WEB", "id": "t-1", "args": {"queries": ["rain"]}}},
    "toolResponse": {"toolResponse": {"toolType": "GOOGLE_SEARCH_WEB", "id": "t-1", "response": {"hits": 3}}},
    "executableCode": {"executableCode": {"language": "PYTHON", "code": "print(6 * 7)", "id": "x-1"}},
    "codeExecutionResult": {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "42\n", "id": "x-1"}},
    "inlineData, image": {"inlineData": {"mimeType": "image/png", "data": PNG, "displayName": "cat"}},
    "inlineData, audio": {"inlineData": {"mimeType": "audio/L16;codec=pcm;rate=24000", "data": PCM}},
    "inlineData, other": {"inlineData": {"mimeType": "application/pdf", "data": "JVBERi0="}},
    "fileData": {"fileData": {"fileUri": "gs://bucket/cat.png", "mimeType": "image/png"}},
    "audioTranscription": {"audioTranscription": {"text": "Hello", "languageCode": "en"}},
    "partMetadata": {"text": "Hello", "partMetadata": {"stream": "left"}},
    "mediaResolution": {"inlineData": {"mimeType": "image/png", "data": PNG}, "mediaResolution": {"numTokens": 64}},
    "mediaProcessing": {"fileData": {"fileUri": "gs://b/a.mp4"}, "mediaProcessing": {"mode": "STATIC"}},
    "videoMetadata": {"fileData": {"fileUri": "gs://b/a.mp4"}, "videoMetadata": {"startOffset": "4s"}},
    "speechMetadata": {"text": "Hello", "speechMetadata": {"speaker": "Ann"}},
    "documentMetadata": {"fileData": {"fileUri": "gs://b/a.pdf"}, "documentMetadata": {"pages": 3}},
    "spreadsheetMetadata": {"fileData": {"fileUri": "gs://b/a.csv"}, "spreadsheetMetadata": {"rows": 9}},
    "audioMetadata": {"fileData": {"fileUri": "gs://b/a.wav"}, "audioMetadata": {"seconds": 9}},
    "of an unknown kind": {"hologram": {"depth": 3}, "thoughtSignature": "Eo8Cse"},
}

PARTIAL_ARGS = {
    "stringValue": {"jsonPath": "$.city", "stringValue": "Zür", "willContinue": True},
    "numberValue": {"jsonPath": "$.days[0]", "numberValue": 2},
    "boolValue": {"jsonPath": "$.metric", "boolValue": True},
    "nullValue": {"jsonPath": "$.until", "nullValue": "NULL_VALUE"},
}

CHUNKS = {
    "web": {"uri": "https://a.example/x", "title": "a.example", "domain": "a.example"},
    "maps": {"uri": "https://maps.example/1", "title": "Café", "placeId": "places/1"},
    "image": {"sourceUri": "https://a.example/x", "imageUri": "https://a.example/x.png", "title": "A cat"},
    "retrievedContext": {"text": "Paris, the capital", "fileSearchStore": "fileSearchStores/s-1"},
}


def grounded(kind):
    support = {"segment": {"endIndex": 5, "text": "Paris"}, "groundingChunkIndices": [0], "confidenceScores": [0.75]}
    metadata = {"groundingChunks": [{kind: CHUNKS[kind]}], "groundingSupports": [support]}
    return {**metadata, "webSearchQueries": ["where is paris"]}


CITATION = {"startIndex": 0, "endIndex": 5, "uri": "https://a.example/x", "license": "mit"}
RATING = {"category": "HARM_CATEGORY_HARASSMENT", "probability": "NEGLIGIBLE"}
LOGPROBS = {"chosenCandidates": [{"token": "Paris", "logProbability": -0.25}], "logProbabilitySum": -0.25}

CANDIDATES = {
    **{f"groundingMetadata, {kind}": {"groundingMetadata": grounded(kind)} for kind in CHUNKS},
    "citationMetadata": {"citationMetadata": {"citations": [CITATION]}},
    "citationMetadata, citationSources": {"citationMetadata": {"citationSources": [CITATION]}},
    "logprobsResult": {"logprobsResult": LOGPROBS},
    "avgLogprobs": {"avgLogprobs": -0.125},
    "safetyRatings": {"safetyRatings": [RATING]},
    "tokenCount": {"tokenCount": 17},
    "continuationToken": {"continuationToken": "Y29udGludWU="},
    "urlContextMetadata": {"urlContextMetadata": {"urlMetadata": [{"retrievedUrl": "https://a.example/y"}]}},
    "finishMessage": {"finishReason": "STOP", "finishMessage": "Model generated function call(s)."},
}

FINISH_REASONS = (
    "FINISH_REASON_UNSPECIFIED",
    "STOP",
    "MAX_TOKENS",
    "SAFETY",
    "RECITATION",
    "LANGUAGE",
    "OTHER",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "MALFORMED_FUNCTION_CALL",
    "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT",
    "IMAGE_OTHER",
    "NO_IMAGE",
    "IMAGE_RECITATION",
    "UNEXPECTED_TOOL_CALL",
    "TOO_MANY_TOOL_CALLS",
    "MISSING_THOUGHT_SIGNATURE",
    "MALFORMED_RESPONSE",
    "ESCALATION",
    "PUP_LIMITED_DISABLED",
    "CONTINUATION",
    "MODEL_ARMOR",
    "SOMETHING_NEW",
)

BLOCK_REASONS = (
    "BLOCKED_REASON_UNSPECIFIED",
    "SAFETY",
    "OTHER",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "IMAGE_SAFETY",
    "MODEL_ARMOR",
    "JAILBREAK",
)

USAGE = {
    "promptTokenCount": 427,
    "cachedContentTokenCount": 300,
    "candidatesTokenCount": 122,
    "thoughtsTokenCount": 447,
    "toolUsePromptTokenCount": 771,
    "totalTokenCount": 1767,
    "trafficType": "ON_DEMAND",
    "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 427}],
    "cacheTokensDetails": [{"modality": "TEXT", "tokenCount": 300}],
    "candidatesTokensDetails": [{"modality": "TEXT", "tokenCount": 122}],
    "toolUsePromptTokensDetails": [{"modality": "TEXT", "tokenCount": 771}],
}

ERROR = {"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}

KINDS = {
    **{f"part / {kind}": [frame(part)] for kind, part in PARTS.items()},
    **{
        f"functionCall.partialArgs / {kind}": [
            frame(call("look", id="c-1", willContinue=True)),
            frame(call(partialArgs=[arg], willContinue=True)),
        ]
        for kind, arg in PARTIAL_ARGS.items()
    },
    "functionCall.willContinue": [frame(call("look", willContinue=True)), frame(call())],
    **{f"candidate / {kind}": [HELLO, frame(**fields)] for kind, fields in CANDIDATES.items()},
    **{f"finishReason {reason}": [HELLO, frame(finishReason=reason)] for reason in FINISH_REASONS},
    "finishReason STOP, of a call": [frame(PARTS["functionCall"]), frame(finishReason="STOP")],
    **{
        f"promptFeedback.blockReason {reason}": [
            {"promptFeedback": {"blockReason": reason, "safetyRatings": [RATING], "blockReasonMessage": "No."}, **HEAD}
        ]
        for reason in BLOCK_REASONS
    },
    "promptFeedback.safetyRatings": [{"promptFeedback": {"safetyRatings": [RATING]}, **HEAD}],
    "usageMetadata": [HELLO, {"usageMetadata": USAGE, **HEAD}],
    "createTime": [HELLO, {"createTime": "2026-03-12T18:08:15.268467Z", **HEAD}],
    "modelStatus": [HELLO, {"modelStatus": {"modelStage": "DEPRECATED", "message": "Use a newer one."}, **HEAD}],
    "an unknown field": [HELLO, {"weather": {"sky": "blue"}, **HEAD}],
    "error": [HELLO, ERROR],
}
