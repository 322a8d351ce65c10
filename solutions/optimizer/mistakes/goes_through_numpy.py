"""Fails: every_dtype_matches_torch, sparse_gradient_matches_torch,
rate_as_a_tensor_matches_torch.

Says: NumPy knows no bfloat16, no sparse tensor and no GPU. Stay with torch's own
operations.
"""


class Optimizer:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            if p.grad is not None:
                values = p.detach().numpy()
                values -= self.lr * p.grad.numpy()

    def zero_grad(self):
        for p in self.params:
            p.grad = None
