"""Fails: slice_is_clipped, bool_mask_keeps_the_rows_that_are_true, slice_is_a_window,
lists_and_arrays_may_be_columns, example_and_slice_copy_nothing, gathering_is_done_at_once,
drawn_indices_match_torch, refused_indices_match_torch. Says: You fetch a batch one row at a
time and stack the rows: an operation and a copy for each of them. A tensor answers a slice
or a list at once, and a slice even without copying.
"""

import torch


class Dataset:
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"x has {len(x)} rows, y has {len(y)}")
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        if isinstance(index, slice):
            index = range(*index.indices(len(self)))
        elif isinstance(index, torch.Tensor) and index.dtype == torch.bool:
            index = index.nonzero().flatten()
        elif not isinstance(index, list) and torch.as_tensor(index).ndim == 0:
            return self.x[index], self.y[index]
        rows = [int(j) for j in index]
        return torch.stack([self.x[j] for j in rows]), torch.stack([self.y[j] for j in rows])
