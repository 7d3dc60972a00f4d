"""Ways to choose what goes first, over keys of equal size: the candidates that the cache in memory was chosen among.

Not for use: written to be read and to count hits. Each takes a key, keeps it, and says whether it was there.

Sources: Zhang et al., SIEVE, NSDI 2024; Yang et al., FIFO queues are all you need for cache eviction (S3-FIFO), SOSP
2023; Megiddo and Modha, ARC, USENIX FAST 2003; Jiang and Zhang, LIRS, SIGMETRICS 2002.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

Access = Callable[[str], bool]


def lru(entries: int) -> Access:
    """Least recently used goes first."""
    kept: OrderedDict[str, None] = OrderedDict()

    def access(key: str) -> bool:
        if key in kept:
            kept.move_to_end(key)
            return True
        kept[key] = None
        if len(kept) > entries:
            kept.popitem(last=False)
        return False

    return access


def sieve(entries: int) -> Access:
    """First in goes first, unless used since a hand passed it that goes from the oldest to the newest."""
    kept: dict[str, bool] = {}
    older: OrderedDict[str, None] = OrderedDict()
    """What the hand has passed, oldest first; `newer`: what it has not."""
    newer: OrderedDict[str, None] = OrderedDict()

    def access(key: str) -> bool:
        nonlocal older, newer
        if key in kept:
            kept[key] = True
            return True
        while len(kept) >= entries:
            if not newer:
                older, newer = newer, older
            oldest, _ = newer.popitem(last=False)
            if kept[oldest]:
                kept[oldest] = False
                older[oldest] = None
            else:
                del kept[oldest]
        if not newer:  # the hand went past the newest: it begins anew at the oldest, not at what comes in
            older, newer = newer, older
        kept[key] = False
        newer[key] = None
        return False

    return access


def s3_fifo(entries: int) -> Access:
    """A tenth for newcomers, first in first out; who was used there, or left it lately, comes into the main queue."""
    small, main, left = OrderedDict[str, int](), OrderedDict[str, int](), OrderedDict[str, None]()
    newcomers = max(1, entries // 10)

    def let_one_go() -> None:
        if len(small) >= newcomers or not main:
            key, uses = small.popitem(last=False)
            if uses:
                main[key] = 0
                return
            left[key] = None
            if len(left) > entries:
                left.popitem(last=False)
            return
        key, uses = main.popitem(last=False)
        if uses:
            main[key] = uses - 1

    def access(key: str) -> bool:
        for queue in (small, main):
            if key in queue:
                queue[key] = min(3, queue[key] + 1)
                return True
        while len(small) + len(main) >= entries:
            let_one_go()
        queue = main if key in left else small
        left.pop(key, None)
        queue[key] = 0
        return False

    return access


def arc(entries: int) -> Access:
    """Used once and used again share the space, as what was let go of teaches."""
    once, again = OrderedDict[str, None](), OrderedDict[str, None]()
    once_left, again_left = OrderedDict[str, None](), OrderedDict[str, None]()
    share = 0.0

    def replace(left_again: bool) -> None:
        if once and (len(once) > share or (left_again and len(once) == share)):
            once_left[once.popitem(last=False)[0]] = None
        else:
            again_left[again.popitem(last=False)[0]] = None

    def access(key: str) -> bool:
        nonlocal share
        if key in once or key in again:
            once.pop(key, None)
            again.pop(key, None)
            again[key] = None
            return True
        if key in once_left:
            share = min(float(entries), share + max(1.0, len(again_left) / len(once_left)))
            replace(False)
            del once_left[key]
            again[key] = None
            return False
        if key in again_left:
            share = max(0.0, share - max(1.0, len(once_left) / len(again_left)))
            replace(True)
            del again_left[key]
            again[key] = None
            return False
        total = len(once) + len(again) + len(once_left) + len(again_left)
        if len(once) + len(once_left) == entries:
            if len(once) < entries:
                once_left.popitem(last=False)
                replace(False)
            else:
                once.popitem(last=False)
        elif total >= entries:
            if total >= 2 * entries:
                again_left.popitem(last=False)
            replace(False)
        once[key] = None
        return False

    return access


_LOW, _HIGH, _LEFT = range(3)


def lirs(entries: int) -> Access:
    """Short distances between two uses stay; a hundredth is for all others. Remembers twice as many as it keeps."""
    stack, queue, left = OrderedDict[str, int](), OrderedDict[str, None](), OrderedDict[str, None]()
    high = max(1, round(entries / 100))
    low = 0

    def prune() -> None:
        while stack and (state := stack[key := next(iter(stack))]) != _LOW:
            del stack[key]
            if state == _LEFT:
                del left[key]

    def make_low(key: str) -> None:
        nonlocal low
        stack[key] = _LOW
        stack.move_to_end(key)
        low += 1
        while low > entries - high:
            prune()
            oldest, _ = stack.popitem(last=False)
            queue[oldest] = None
            low -= 1
        prune()

    def access(key: str) -> bool:
        state = stack.get(key)
        if state == _LOW:
            stack.move_to_end(key)
            prune()
            return True
        if key in queue:
            if state == _HIGH:
                del queue[key]
                make_low(key)
            else:
                stack[key] = _HIGH
                queue.move_to_end(key)
            return True
        if low + len(queue) >= entries:
            oldest, _ = queue.popitem(last=False)
            if stack.get(oldest) == _HIGH:
                stack[oldest] = _LEFT
                left[oldest] = None
        if state == _LEFT and key in left:
            del left[key]
            make_low(key)
        elif low < entries - high:
            make_low(key)
        else:
            stack[key] = _HIGH
            stack.move_to_end(key)
            queue[key] = None
        while len(left) > 2 * entries:
            del stack[left.popitem(last=False)[0]]
        return False

    return access


CANDIDATES: dict[str, Callable[[int], Access]] = {
    "LRU": lru,
    "SIEVE": sieve,
    "S3-FIFO": s3_fifo,
    "ARC": arc,
    "LIRS": lirs,
}
"""By name."""
