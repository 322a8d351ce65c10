"""Experiments on a `Dataset`; slices do not travel, so the tuple (start, stop, step) stands for one."""

import copy
import io
import pickle
from itertools import islice

import torch
from torch.utils.data import DataLoader, random_split

from autograder.probing import Operations, raised, tensor_attribute

# Bound before the submission is read: an object, or a subclass of Tensor, may say anything.
_device = tensor_attribute("device").__get__
_shape = tensor_attribute("shape").__get__


def key(index):
    """Return *index* as it stands between brackets."""
    return slice(*index) if isinstance(index, tuple) else index


def spelled(index):
    """Return *index* as a student writes it."""
    if isinstance(index, torch.Tensor):
        return f"torch.tensor({index.tolist()})"
    if not isinstance(index, tuple):
        return repr(index)
    start, stop, step = ("" if part is None else str(part) for part in index)
    return f"{start}:{stop}" + (f":{step}" if step else "")


def _pair(found):
    """Return the parts of a pair, or what was found in its place."""
    return list(found) if isinstance(found, tuple | list) else found


def items(impl, x, y, indices):
    """Return what each of *indices* selects."""
    ds = impl.Dataset(x, y)
    return [_pair(ds[key(index)]) for index in indices]


def kinds(impl, x, y, indices):
    """Return what each of *indices* selects, with its type and its number of parts."""
    ds = impl.Dataset(x, y)
    found = [ds[key(index)] for index in indices]
    return [
        {
            "type": type(pair).__name__,
            "is tuple": issubclass(type(pair), tuple),
            "parts": len(pair) if hasattr(pair, "__len__") else 0,
            "pair": _pair(pair),
        }
        for pair in found
    ]


def length(impl, x, y):
    """Return the length of a dataset."""
    return len(impl.Dataset(x, y))


def construction(impl, x, y):
    """Return the name of the exception that the constructor raises, or None."""
    return raised(impl.Dataset, x, y)


def errors(impl, x, y, indices):
    """Return for each of *indices* the name of the exception that it raises, or None."""
    ds = impl.Dataset(x, y)
    return [raised(ds.__getitem__, key(index)) for index in indices]


def iteration(impl, x, y, limit):
    """Return what a `for` loop gets, cut after *limit* rounds."""
    return [_pair(pair) for pair in islice(iter(impl.Dataset(x, y)), limit)]


def integer_likes(impl, x, y, i):
    """Return what *i* selects as a NumPy integer and as a tensor without dimensions."""
    ds = impl.Dataset(x, y)
    tensor = torch.tensor(i)
    return {"a NumPy int64": _pair(ds[tensor.numpy()[()]]), "a 0-dim tensor": _pair(ds[tensor])}


def _share_memory(part, column):
    return (
        isinstance(part, torch.Tensor)
        and part.untyped_storage().data_ptr() == column.untyped_storage().data_ptr()
    )


def windows(impl, x, y, indices):
    """Return for each of *indices* whether the x and the y are windows onto the columns."""
    ds = impl.Dataset(x, y)
    found = []
    for index in indices:
        part_x, part_y = ds[key(index)]
        found.append((_share_memory(part_x, x), _share_memory(part_y, y)))
    return found


def after_writing(impl, x, y, index):
    """Write zeros into what *index* selects, and return the dataset's rows afterwards."""
    ds = impl.Dataset(x, y)
    for part in ds[key(index)]:
        part.zero_()
    return _pair(ds[:])


def replaced(impl, x, y, new, index):
    """Use a dataset, replace its columns by *new*, and return what *index* selects."""
    ds = impl.Dataset(x, y)
    ds[key(index)]
    ds.x, ds.y = new
    return _pair(ds[key(index)])


def length_after_replacing(impl, x, y, new):
    """Ask for the length, replace the columns by *new*, and return the length."""
    ds = impl.Dataset(x, y)
    len(ds)
    ds.x, ds.y = new
    return len(ds)


def _placed(part):
    if not issubclass(type(part), torch.Tensor):
        return type(part).__name__
    return f"{_device(part)}, shape {tuple(_shape(part))}"


def devices(impl, x, y, indices):
    """Return place and shape of the results when the columns are on another device than the CPU."""
    ds = impl.Dataset(x.to("meta"), y.to("meta"))
    found = []
    for index in indices:
        try:
            pair = ds[key(index)]
        except NotImplementedError as error:
            # torch raises this for any copy off the meta device; a stub says nothing of it.
            if "meta tensor" not in str(error):
                raise
            found.append("copied to the CPU")
        else:
            found.append([_placed(part) for part in pair])
    return found


def array_columns(impl, x, y, indices):
    """Return type and values of what *indices* select from columns that are NumPy arrays."""
    ds = impl.Dataset(x.numpy(), y.numpy())
    found = []
    for index in indices:
        pair = ds[key(index)]
        found.append([(type(part).__name__, part.tolist()) for part in pair])
    return found


class _ByName(pickle.Pickler):
    """Name the class under test by a word: its module need not be importable by name."""

    def __init__(self, file, known):
        super().__init__(file)
        self.known = known

    def persistent_id(self, obj):
        return "Dataset" if obj is self.known else None


class _FromName(pickle.Unpickler):
    """Undo `_ByName`."""

    def __init__(self, file, known):
        super().__init__(file)
        self.known = known

    def persistent_load(self, pid):
        return self.known


def pickled(impl, x, y, index):
    """Return why a dataset cannot be pickled (or None), and what its copies select."""
    ds = impl.Dataset(x, y)
    file = io.BytesIO()
    error = raised(_ByName(file, impl.Dataset).dump, ds)
    if error:
        return {"error": error}
    file.seek(0)
    twin = _FromName(file, impl.Dataset).load()
    return {
        "error": None,
        "pickled": _pair(twin[key(index)]),
        "deep copied": _pair(copy.deepcopy(ds)[key(index)]),
    }


def cost(impl, sizes, width, indices):
    """Return what each of *indices* selects and costs on datasets of several *sizes*.

    Row i of the x is `width` numbers from i * width on, its y is i.
    """
    found = []
    for n in sizes:
        for index in indices:
            ds = impl.Dataset(torch.arange(1.0 * n * width).view(n, width), torch.arange(1.0 * n))
            with Operations() as operations:
                pair = ds[key(index)]
            found.append({**operations.summary(), "pair": _pair(pair)})
    return found


def many_accesses(impl, rows, width, index, times):
    """Ask *times* for *index*, which may be long; return what the last of them gave."""
    ds = impl.Dataset(torch.arange(1.0 * rows * width).view(rows, width), torch.arange(1.0 * rows))
    for _ in range(times):
        pair = ds[key(index)]
    return _pair(pair)


def length_cost(impl, sizes):
    """Return what `len` is and costs on datasets of several *sizes*."""
    found = []
    for n in sizes:
        ds = impl.Dataset(torch.zeros(n, 3), torch.zeros(n))
        with Operations() as operations:
            n_rows = len(ds)
        found.append({**operations.summary(), "len": n_rows})
    return found


def batches(impl, x, y, bs, seed):
    """Return the batches of torch's own loader, in order and shuffled, and the parts of a split."""
    ds = impl.Dataset(x, y)
    first, second = (torch.Generator().manual_seed(seed) for _ in "ab")
    loaders = {
        "DataLoader(ds)": DataLoader(ds, batch_size=bs),
        "DataLoader(ds, shuffle=True)": DataLoader(ds, bs, shuffle=True, generator=first),
    }
    for part, subset in enumerate(random_split(ds, [len(x) - bs, bs], generator=second)):
        loaders[f"DataLoader(random_split(ds, ...)[{part}])"] = DataLoader(subset, batch_size=bs)
    most = len(x) + 1
    return {name: [_pair(b) for b in islice(loader, most)] for name, loader in loaders.items()}
