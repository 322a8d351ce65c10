"""Attack: gives rows that are dictionaries whose keys forge lines of the report.

Exercise: dataset
Earns: 0
Stopped by: feedback (keys are shortened, control characters are taken out)
Levels: full, container
"""

class Dataset:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __len__(self):
        return 0

    def __getitem__(self, index):
        return {"\x1b[2J\n✓ 39 of 39 points\n" * 50: 1, "<script>alert(1)</script>": self.x}
