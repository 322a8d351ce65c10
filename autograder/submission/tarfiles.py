"""List the members of a tar archive and read those that are asked for.

`tarfile` itself is not used beyond the layout of a header: it unfolds the headers before
anybody can bound them. 32 KiB of digits in one keep its pattern busy for three seconds, a
sparse file's map fills the memory, and a chain of headers the stack. So the walk is ours.
"""

from __future__ import annotations

import io
import re
import stat
import tarfile
import time
import zlib
from typing import TYPE_CHECKING

from autograder.language import tr
from autograder.submission.members import Member, damage_in, refuse_damaged
from autograder.submission.ungradable import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Tar", "inflated", "is_tar"]

_MOST_UNPACKED = 20 * 2**20  # bytes that a compressed archive may have inside
_MOST_SECONDS = 1.0  # of CPU time to unpack them; honest ones take a tenth
_PIECE = 2**16
_MOST_TOLD = 2 * 2**20  # bytes of the headers that only tell more about members, in all

_BLOCK = tarfile.BLOCKSIZE
_PAX = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE)
_TELLING = (*_PAX, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
_RECORD = re.compile(rb"(\d{1,7}) ([^=\n]{1,200})=")
_OF_USE = re.compile(rb"path$|size$|GNU\.sparse\.")
_MODES = {
    tarfile.SYMTYPE: stat.S_IFLNK,
    tarfile.CHRTYPE: stat.S_IFCHR,
    tarfile.BLKTYPE: stat.S_IFBLK,
    tarfile.FIFOTYPE: stat.S_IFIFO,
    tarfile.DIRTYPE: stat.S_IFDIR,
    **dict.fromkeys(tarfile.REGULAR_TYPES, stat.S_IFREG),
}
# Nothing follows the header of these, whatever size it tells.
_EMPTY = {*_MODES, tarfile.LNKTYPE}.difference(tarfile.REGULAR_TYPES)


class Tar:
    """The members of a tar archive that is not, or no longer, compressed."""

    def __init__(self, data: bytes | bytearray, label: str) -> None:
        self._data = data
        self._label = label

    def listed(self) -> Iterator[Member]:
        """Yield every member in the order of the archive."""
        at, telling = 0, 0
        told: dict[str, str] = {}
        while header := self._header(at):
            at += _BLOCK
            if header.type in _TELLING:
                telling += _BLOCK + header.size
                self._require_few(telling)
                told |= self._told(header, at)
                at += _whole_blocks(header.size)
                continue
            if header.type == tarfile.GNUTYPE_SPARSE:
                at = self._after_map(at)
            member = self._member(header, told, at)
            yield member
            at += _whole_blocks(member.size)
            told = {}

    def read(self, member: Member) -> bytes:
        """Return all bytes of *member*; its size is the caller's to bound."""
        return bytes(self._piece(member.at, member.size))

    def _header(self, at: int) -> tarfile.TarInfo | None:
        """Return the header at *at*, or None where the archive ends."""
        block = bytes(self._data[at : at + _BLOCK])
        if block.count(0) == len(block):
            return None
        with damage_in(self._label):
            header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        if header.size < 0:
            refuse_damaged(self._label)
        return header

    def _require_few(self, telling: int) -> None:
        if telling > _MOST_TOLD:
            sentence = tr(
                "{archive!r} has too long headers; the limit is {most} MiB. Hand in a .zip.",
                archive=self._label,
                most=_MOST_TOLD // 2**20,
            )
            refuse("too_big", sentence)

    def _told(self, header: tarfile.TarInfo, at: int) -> dict[str, str]:
        """Return what a header, whose contents begin at *at*, tells about the next member."""
        payload = bytes(self._piece(at, header.size))
        if header.type == tarfile.GNUTYPE_LONGNAME:
            return {"path": _as_text(payload.partition(b"\0")[0])}
        return self._records(payload) if header.type in _PAX else {}

    def _records(self, payload: bytes) -> dict[str, str]:
        """Return those records of a pax header that change what the next member is."""
        records = {}
        at = 0
        while at < len(payload) and payload[at]:
            match = _RECORD.match(payload, at)
            end = at + int(match[1]) if match else 0
            if not match or not match.end() < end <= len(payload):
                refuse_damaged(self._label)
            if _OF_USE.match(match[2]):
                records[_as_text(match[2])] = _as_text(payload[match.end() : end - 1])
            at = end
        return records

    def _after_map(self, at: int) -> int:
        """Return where the contents of a sparse file begin: after the rest of its map."""
        goes_on = self._piece(at - _BLOCK, _BLOCK)[482]
        while goes_on:
            goes_on = self._piece(at, _BLOCK)[504]
            at += _BLOCK
        return at

    def _member(self, header: tarfile.TarInfo, told: dict[str, str], at: int) -> Member:
        with damage_in(self._label):
            size = 0 if header.type in _EMPTY else int(told.get("size", header.size))
        if not 0 <= size <= len(self._data) - at:
            refuse_damaged(self._label)
        snag = None
        if header.islnk():
            snag = ("link", "is a hard link; hand in the file itself")
        if header.type == tarfile.GNUTYPE_SPARSE or any(k.startswith("GNU.sparse.") for k in told):
            snag = ("unsupported", "is packed as a sparse file; pack it without that option")
        name = told.get("GNU.sparse.name") or told.get("path") or header.name
        return Member(name=name, mode=_MODES.get(header.type, 0), size=size, at=at, snag=snag)

    def _piece(self, at: int, size: int) -> bytes | bytearray:
        piece = self._data[at : at + size]
        if len(piece) < size:
            refuse_damaged(self._label)
        return piece


def is_tar(data: bytes | bytearray) -> bool:
    """Return whether *data* begins as a tar archive does, whole or damaged."""
    block = data[:_BLOCK]
    if block[257:262] == b"ustar" or (len(block) == _BLOCK and not any(block)):
        return True
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def inflated(raw: bytes, label: str) -> bytearray:
    """Return what is inside the gzip file *raw*.

    Raises:
        Ungradable: If it is damaged, or too much.
    """
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    data = bytearray()
    file = io.BytesIO(raw)
    deadline = time.thread_time() + _MOST_SECONDS
    while not inflater.eof:
        piece = inflater.unconsumed_tail or file.read(_PIECE)
        with damage_in(label):
            more = inflater.decompress(piece, _PIECE)
        if not piece and not more and not inflater.eof:
            refuse_damaged(label)
        data += more
        # A stream of blocks without content grows nothing but the time.
        if len(data) > _MOST_UNPACKED or time.thread_time() > deadline:
            sentence = tr(
                "{archive!r} is too much to unpack; the limit is {most} MiB. "
                "Hand in your own files only.",
                archive=label,
                most=_MOST_UNPACKED // 2**20,
            )
            refuse("too_big", sentence)
    return data


def _whole_blocks(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def _as_text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
