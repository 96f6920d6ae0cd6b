"""What a telephone reads from a QR code that stands on a page as one path of squares."""

import re

from qrcode import QRCode, constants
from qrcode.base import rs_blocks
from qrcode.util import mask_func

QUIET = 4
# The first five bits of a format, by ISO/IEC 18004, are unmasked by this.
FORMAT_MASK = 0b10101


def scanned(path, size):
    """The text of a code of level M, kept as bytes; `path` has the dark squares, `size` the rim."""
    side = size - 2 * QUIET
    dark = {(int(y) - QUIET, int(x) - QUIET) for x, y in re.findall(r"M(\d+) (\d+)h1", path)}
    frame = QRCode(version=(side - 17) // 4, error_correction=constants.ERROR_CORRECT_M)
    frame.modules_count = side
    frame.modules = [[None] * side for _row in range(side)]
    for row, column in ((0, 0), (side - 7, 0), (0, side - 7)):
        frame.setup_position_probe_pattern(row, column)
    frame.setup_position_adjust_pattern()
    frame.setup_timing_pattern()
    frame.setup_type_info(True, 0)
    if frame.version >= 7:
        frame.setup_type_number(True)
    said = sum(((8, column) in dark) << (4 - column) for column in range(5)) ^ FORMAT_MASK
    masked = mask_func(said & 7)
    bits = [
        ((row, column) in dark) ^ masked(row, column)
        for row, column in _way(side)
        if frame.modules[row][column] is None
    ]
    words = [int("".join(str(int(bit)) for bit in bits[at : at + 8]), 2)
             for at in range(0, len(bits) - 7, 8)]  # fmt: skip
    return _text(_in_order(words, [block.data_count for block in rs_blocks(
        frame.version, constants.ERROR_CORRECT_M)]), frame.version)  # fmt: skip


def _way(side):
    """Two columns at a time from the right, up and down in turns, without that of the timing."""
    up = True
    for right in (column for column in range(side - 1, -1, -1) if column > 6):
        if (side - 1 - right) % 2 == 0:
            yield from _pair(side, right, up)
            up = not up
    for right in (5, 3, 1):
        yield from _pair(side, right, up)
        up = not up


def _pair(side, right, up):
    for row in range(side - 1, -1, -1) if up else range(side):
        yield row, right
        yield row, right - 1


def _in_order(words, counts):
    """The data of all blocks, which lie in turns."""
    blocks, words = [[] for _count in counts], iter(words)
    for at in range(max(counts)):
        for block, count in zip(blocks, counts, strict=True):
            if at < count:
                block.append(next(words))
    return [word for block in blocks for word in block]


def _text(words, version):
    bits = "".join(f"{word:08b}" for word in words)
    assert bits[:4] == "0100", "not in bytes"
    wide = 8 if version < 10 else 16
    start, count = 4 + wide, int(bits[4 : 4 + wide], 2)
    return bytes(int(bits[at : at + 8], 2) for at in range(start, start + 8 * count, 8)).decode()
