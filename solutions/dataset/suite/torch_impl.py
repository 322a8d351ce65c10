"""What the exercise rebuilds, as torch has it.

Differs: unequal_lengths_are_refused, length_follows_replaced_columns,
replaced_columns_show_their_rows, lists_and_arrays_may_be_columns.
"""

from torch.utils.data import TensorDataset as Dataset

__all__ = ["Dataset"]
