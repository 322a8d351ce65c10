class Optimiser:
    def step(self):
        pass

    def zero_grad(self):
        pass
