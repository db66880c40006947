"""Moving and deleting whole cassettes: under the writer's lock, so never under the hands of a recording."""

from collections.abc import Iterator
from contextlib import contextmanager

from recorder.files import check_free, sync, translated
from recorder.store import Store

__all__ = ["remove", "rename"]


def rename(store: Store, to: Store, *, dry: bool = False) -> None:
    """Give the file of `store` the name of `to`, which must be free. With `dry`, only find out whether that works.

    Raises CassetteError: CassetteLocked if either is being recorded to, others if the file is not a cassette or cannot
    be moved.
    """
    check_free(to.path)  # before the locks: a cassette that gets its own name would be locked by itself
    with _held(store), _held(to), translated(store.path, "rename"):
        store.read(verify=False)
        check_free(to.path)
        if dry:
            return
        store.path.rename(to.path)
        sync(to.path.parent)
        sync(store.path.parent)


def remove(store: Store) -> None:
    """Delete the file. Raises CassetteError: CassetteLocked if it is being recorded to."""
    with _held(store), translated(store.path, "delete"):
        store.path.unlink()
        sync(store.path.parent)


@contextmanager
def _held(store: Store) -> Iterator[None]:
    try:
        store.lock()
        yield
    finally:
        store.close()
