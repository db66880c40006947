import json

from gateway.unfolding.shapes import Rows, Shape, Shapes, slot_spans


def frame(text: str, index: int = 0, **more: object) -> bytes:
    value = {"type": "delta", "index": index, "delta": {"text": text}, "n": 1.5, **more}
    return f"event: delta\nid: {index}{len(text)}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n".encode()


def read(*frames: bytes) -> dict[Shape, Rows]:
    return Shapes().read(frames)


def test_frames_of_one_shape_are_one_shape_however_they_are_read() -> None:
    frames = [frame(text, index) for index, text in enumerate(["Hel", "lo", "", 'q"\\ \n', "é", "\u2028", "x" * 999])]
    ((shape, rows),) = read(*frames).items()
    assert [(slot.kind, slot.path) for slot in shape.slots] == [
        ("text", ("type",)), ("index", ("index",)), ("text", ("delta", "text")),
    ]  # fmt: skip
    assert rows.frames == list(range(len(frames)))
    assert rows.values[3] == (b"delta", b"3", b'q\\"\\\\ \\n')
    for number, values in enumerate(rows.values):
        assert values == tuple(frames[number][start:end] for start, end, _ in slot_spans(frames[number]))


def test_what_tells_parts_apart_is_around_them() -> None:
    call = {"index": 1, "id": "call_a", "function": {"arguments": "{}"}}
    (shape,) = read(frame("a", choices=[{"index": 3, "tool_calls": [call]}, {"index": 4}]))
    slots = {".".join(slot.path): slot for slot in shape.slots if slot.kind == "text"}
    arguments = slots["choices.tool_calls.function.arguments"]
    assert [".".join(shape.slots[number].path) for number in arguments.indices] == [
        "index", "choices.index", "choices.tool_calls.index",
    ]  # fmt: skip
    assert [".".join(shape.slots[number].path) for number in arguments.labels] == ["type", "choices.tool_calls.id"]
    assert [shape.slots[number].place for number in slots["delta.text"].indices] == [-1]
    assert arguments.place == 0


def test_the_bytes_of_a_token() -> None:
    (shape,) = read(b'{"token":"ab","bytes":[97,98]}\n')
    assert [(slot.kind, slot.place) for slot in shape.slots] == [("text", -1), ("byte", -1), ("byte", -1)]
    assert slot_spans(b'{"token":"ab","bytes":[97,98]}\n')[1:] == [(23, 25, True), (26, 28, True)]


def test_other_json_is_another_shape() -> None:
    assert len(read(frame("a"), frame("b"), frame("c", more="x"), frame("d"), frame("e", more="y"))) == 2


def test_a_frame_that_holds_nothing_has_no_shape() -> None:
    assert read(b"data: [DONE]\n\n", b"", b": ping\n\n", b'data: "alone"\n\n', b"data: {}\n\n") == {}


def test_a_frame_that_repeats_too_much_has_no_shape() -> None:
    assert read(json.dumps(["x"] * 3000).encode(), json.dumps({"a": "x" * (1 << 20)}).encode()) == {}


def test_shapes_are_remembered_from_stream_to_stream() -> None:
    shapes = Shapes()
    (first,) = shapes.read([frame("a")])
    assert [*shapes.read([frame("b"), frame("c")])] == [*shapes.read([frame("d", 7)])] == [first]


def test_many_shapes_are_forgotten_again() -> None:
    shapes = Shapes()
    for number in range(1200):
        ((_, rows),) = shapes.read([f'{{"a{number % 600:04}":"x"}}'.encode()] * 3).items()
        assert rows.values == [(b"x",)] * 3
