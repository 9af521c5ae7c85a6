"""What the commands of ``backstop`` share: reading a source, progress, times, the printed trace."""


class Unusable(Exception):
    """Input or an argument that a command cannot work with: one line that says what and where."""
