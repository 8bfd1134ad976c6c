"""The imperative shell of a session: opens it, plays it turn by turn, stores every event. No screens."""

from tutor.conversation.conversation import Conversation
from tutor.conversation.updates import Answered, Failed, Heard, Moving, Replaced, Update, Words

__all__ = ["Answered", "Conversation", "Failed", "Heard", "Moving", "Replaced", "Update", "Words"]
