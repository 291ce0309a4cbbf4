"""Answers the voice bot during the call: what the lead wants is kept with the lead."""

from atlas_common import logged, record


@logged
def handler(event, context):
    state = event["sessionState"]
    intent = state["intent"]
    slots = {
        name: slot["value"]["interpretedValue"]
        for name, slot in (intent.get("slots") or {}).items()
        if slot and slot.get("value")
    }
    lead_id = state.get("sessionAttributes", {}).get("leadId", event["sessionId"])
    record(lead_id, "intent", intent=intent["name"], slots=slots)
    return {
        "sessionState": {
            "dialogAction": {"type": "Close"},
            "intent": {**intent, "state": "Fulfilled"},
            "sessionAttributes": state.get("sessionAttributes", {}),
        },
        "messages": [{"contentType": "PlainText", "content": "Thank you, that is noted."}],
    }
