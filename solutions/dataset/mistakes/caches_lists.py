"""Fails: slice_is_clipped, slice_is_a_window, dtype_and_further_dimensions_are_kept,
replaced_columns_show_their_rows, device_is_kept, lists_and_arrays_may_be_columns,
example_and_slice_copy_nothing, gathering_is_done_at_once, drawn_indices_match_torch,
refused_indices_match_torch. Says: You turn the columns into
Python lists and build tensors anew: dtype and device are lost, every access copies, and
rows that are replaced later are never seen. Keep the tensors and index them.
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
        if not hasattr(self, "rows"):
            self.rows, self.labels = self.x.tolist(), self.y.tolist()
        if isinstance(index, int | slice):
            return torch.tensor(self.rows[index]), torch.tensor(self.labels[index])
        return torch.tensor(self.rows)[index], torch.tensor(self.labels)[index]
