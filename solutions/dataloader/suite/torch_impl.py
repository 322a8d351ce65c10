"""torch's own loader under the names and with the conventions of this exercise."""

import torch.utils.data


class DataLoader(torch.utils.data.DataLoader):
    """torch's loader with this exercise's arguments."""

    def __init__(self, ds, bs):
        super().__init__(ds, batch_size=bs)

    def __iter__(self):
        # torch's collate makes a list of a tuple of tensors; this exercise passes the tuple on.
        for batch in super().__iter__():
            yield tuple(batch) if isinstance(batch, list) else batch
