"""The imperative shell of a session: opens it, plays one turn at a time, stores every event. No screen here."""

from tutor.conversation.conversation import Conversation
from tutor.conversation.updates import Answered, Failed, Heard, Moving, Update, Words

__all__ = ["Answered", "Conversation", "Failed", "Heard", "Moving", "Update", "Words"]
