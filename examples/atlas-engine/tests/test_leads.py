"""What happens to a lead."""

import pytest

STATE = {
    "intent": {
        "name": "Appointment",
        "slots": {"Day": {"value": {"interpretedValue": "2026-12-01"}}, "Hour": None},
    },
    "sessionAttributes": {"leadId": "lead-1"},
}


@pytest.mark.parametrize("phone", ["(201) 555-0123", "+1 201 555 0123", "201-555-0123"])
def test_a_phone_number_is_kept_as_it_is_dialled(phone, function, recorded):
    lead = function("create_lead")({"name": "Ada", "phone": phone}, None)
    assert lead["phone"] == "+12015550123"
    assert recorded == [(lead["leadId"], "lead-created", {"phone": "+12015550123"})]


def test_what_cannot_be_called_is_no_lead(function, recorded):
    with pytest.raises(ValueError, match="12 is not a phone number"):
        function("create_lead")({"name": "Nobody", "phone": "12"}, None)
    assert recorded == []


def test_the_scenario_is_about_what_the_lead_is_interested_in(function):
    lead = {"leadId": "lead-1", "name": "Ada", "interest": "solar roofs"}
    scenario = function("generate_dynamic_scenario")(lead, None)["scenario"]
    assert "Ada" in scenario
    assert "solar roofs" in scenario


def test_what_the_bot_understood_is_kept_with_the_lead(function, recorded):
    answer = function("lex_fulfillment")({"sessionId": "session-1", "sessionState": STATE}, None)
    assert answer["sessionState"]["intent"]["state"] == "Fulfilled"
    assert recorded == [("lead-1", "intent", {"intent": "Appointment", "slots": {"Day": "2026-12-01"}})]
