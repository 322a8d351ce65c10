"""Attack: returns objects whose `__reduce__` would run a command in whoever unpickles the answer.

Exercise: dataloader
Earns: 0
Stopped by: wire (plain data only, never a pickle)
Levels: full, container
"""

class Command:
    def __reduce__(self):
        return (print, ("BREACH unpickled",))

    __deepcopy__ = __copy__ = __getstate__ = lambda self, *_: self.__reduce__()


class DataLoader:
    def __init__(self, ds, bs):
        self.ds, self.bs = ds, bs

    def __iter__(self):
        yield Command()
        yield (Command(), b"cprint\n(S'BREACH'\ntR.")
        yield {"__reduce__": ["builtins.print", "BREACH"], "!!python/object/apply:os.system": "id"}

    def __len__(self):
        return 3
