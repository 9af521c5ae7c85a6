"""The first-run tour."""


def show() -> None:
    return
