"""The app in a browser: who may come in, one process and one folder a visitor, and what that costs."""
