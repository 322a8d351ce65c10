"""Train on real digits with your own pieces: `python examples/train_digits.py [FOLDER]`."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.course.catalog import Catalog
from autograder.errors import UserError
from autograder.training import Epoch, train


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
def main(folder: Path) -> None:
    """Train with what you wrote in FOLDER, by default this one."""
    try:
        result = train(folder, Catalog.find(), Path("out/training.png"), progress=_print)
    except UserError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"torch reaches {result.torch_accuracy:.1%}; both runs are in {result.picture}")


def _print(epoch: Epoch) -> None:
    loss, accuracy = epoch.yours.train_loss, epoch.yours.valid_accuracy
    click.echo(f"epoch {epoch.epoch:2}  loss {loss:.4f}  accuracy {accuracy:.1%}")


if __name__ == "__main__":
    main()
