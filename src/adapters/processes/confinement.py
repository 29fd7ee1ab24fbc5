"""Takes rights away from this process for good: files by Landlock, all that reaches further by seccomp (Linux)."""

import ctypes
import errno
import os
import platform
import stat
import sysconfig
from collections.abc import Iterable
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2  # of prctl(2)

_CREATE_RULES, _ADD_RULE, _RESTRICT = 444, 445, 446
_ABI_OF_LANDLOCK = 1  # asks for the version in place of rules
_BENEATH = 1
_WRITE_FILE, _READ_FILE, _READ_FOLDER, _MAKE_FILE, _TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 8, 1 << 14
_RIGHTS_ON_FILES = {1: 13, 2: 14, 3: 15, 5: 16}  # how many there are since a version
_TCP, _SIGNALS_AND_SOCKETS = 0b11, 0b11

_CODE = (sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))
_OWN_CODE = Path(__file__).parents[2]

# Numbers of system calls on x86_64 and on aarch64, which has no old forms of some.
_REFUSED = {
    # other hosts and other processes of this machine, by any kind of socket
    "socket": (41, 198),
    "socketpair": (53, 199),
    "io_uring_setup": (425, 425),
    # new processes, threads and programs
    "clone": (56, 220),
    "clone3": (435, 435),
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    # processes of the same user
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "prlimit64": (302, 261),
    "setpriority": (141, 140),
    "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119),
    "sched_setattr": (314, 274),
    "sched_setparam": (142, 118),
    "ioprio_set": (251, 30),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    # memory and queues that any process of the same user can open
    "shmget": (29, 194),
    "memfd_create": (319, 279),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    # what Landlock does not know of files, or not in each version
    "truncate": (76, 45),
    "chmod": (90, None),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    # parts of the kernel that were ways in before
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "unshare": (272, 97),
    "setns": (308, 268),
}
_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_LOAD, _EQUALS, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # instructions of a filter
_AT_NUMBER, _AT_MACHINE = 0, 4
_KILL, _ALLOW, _REFUSE = 0x80000000, 0x7FFF0000, 0x00050000 | errno.EPERM
_OTHER_NUMBERS = 0x40000000  # those of x32, a second set on x86_64


class _Rules(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Place(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("descriptor", ctypes.c_int32))


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction)))


def restrict_files(reads: Iterable[Path], writes: Iterable[Path]) -> None:
    """Leave this process nothing but these files and the code of Python and of the service, which it may read.

    A file to write that is not there yet may be made, and then any other file in its folder, too. Files that are open
    stay so. Raises `OSError` where the system cannot restrict them: before Linux 5.13, or where Landlock is off.
    """
    version = _called(_CREATE_RULES, None, 0, _ABI_OF_LANDLOCK)
    count = _RIGHTS_ON_FILES[max(known for known in _RIGHTS_ON_FILES if known <= version)]
    every = (1 << count) - 1
    rules = _Rules(every, _TCP, _SIGNALS_AND_SOCKETS)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    descriptor = _called(_CREATE_RULES, ctypes.byref(rules), size, 0)
    try:
        for folder in {*filter(None, _CODE), str(_OWN_CODE)}:
            _allow(descriptor, Path(folder), (_READ_FILE | _READ_FOLDER) & every)
        for path in reads:
            _allow(descriptor, path, _READ_FILE)
        for path in writes:
            writing = (_WRITE_FILE | _READ_FILE | _TRUNCATE) & every
            if path.exists():
                _allow(descriptor, path, writing)
            else:
                _allow(descriptor, path.parent, writing | _MAKE_FILE)
        _forgo_new_rights()
        _called(_RESTRICT, descriptor, 0)
    finally:
        os.close(descriptor)


def restrict_calls() -> None:
    """Refuse this process sockets, new processes and threads, and whatever reaches other processes, with EPERM.

    Raises `OSError` where the system cannot refuse them, or on a kind of machine whose numbers are not known here.
    """
    if platform.machine() not in _MACHINES:
        raise OSError(errno.ENOSYS, f"no filter of system calls for {platform.machine()}")
    machine, column = _MACHINES[platform.machine()]
    refused = [number for numbers in _REFUSED.values() if (number := numbers[column]) is not None]
    steps = [
        (_LOAD, 0, 0, _AT_MACHINE),
        (_EQUALS, 1, 0, machine),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _AT_NUMBER),
        (_AT_LEAST, len(refused) + 1, 0, _OTHER_NUMBERS),
        *((_EQUALS, len(refused) - at, 0, number) for at, number in enumerate(refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    instructions = (_Instruction * len(steps))(*(_Instruction(*step) for step in steps))
    program = _Program(len(steps), instructions)
    _forgo_new_rights()
    _require(_LIBC.prctl(_SECCOMP, _FILTER, ctypes.byref(program), 0, 0))


def _allow(rules: int, path: Path, allowed: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            allowed &= _WRITE_FILE | _READ_FILE | _TRUNCATE
        place = _Place(allowed, descriptor)
        _called(_ADD_RULE, rules, _BENEATH, ctypes.byref(place), 0)
    finally:
        os.close(descriptor)


def _forgo_new_rights() -> None:
    _require(_LIBC.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))


def _called(number: int, *arguments: object) -> int:
    return _require(_LIBC.syscall(ctypes.c_long(number), *arguments))


def _require(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
