"""OpenAI's images, generated or edited, streamed."""

API = "openai.images"
PATH = "/v1/images/generations"
WIRE = "sse"

LOOK = {
    "created_at": 1780000000,
    "size": "1024x1024",
    "quality": "low",
    "background": "opaque",
    "output_format": "webp",
}
USAGE = {
    "input_tokens": 9,
    "input_tokens_details": {"image_tokens": 0, "text_tokens": 9},
    "output_tokens": 100,
    "total_tokens": 109,
}


def partial(stem="image_generation", number=0, data="c2tldGNo"):
    return {"type": f"{stem}.partial_image", "b64_json": data, "partial_image_index": number, **LOOK}


def completed(stem="image_generation", data="aW1hZ2U="):
    return {"type": f"{stem}.completed", "b64_json": data, "usage": USAGE, **LOOK}


KINDS = {
    "image_generation.partial_image": [partial()],
    "image_generation.completed": [partial(), completed()],
    "image_edit.partial_image": [partial("image_edit")],
    "image_edit.completed": [partial("image_edit"), completed("image_edit")],
    "image_generation.from_tomorrow": [{"type": "image_generation.from_tomorrow", "b64_json": "?"}],
    "error": [{"error": {"type": "server_error", "message": "Sorry."}}],
}
