"""torch's own class."""

from torch import nn

Sequential = nn.Sequential
