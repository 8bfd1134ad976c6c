"""The terminal app: screens, widgets and themes. It shows and asks; every rule lives further down."""
