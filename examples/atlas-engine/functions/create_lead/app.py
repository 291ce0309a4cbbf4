"""First step of the workflow: a lead with a valid phone number, in the CRM."""

import json
import os
import uuid

import boto3
import phonenumbers
from atlas_common import logged, record, simulated


@logged
def handler(event, context):
    lead = {
        "leadId": event.get("leadId") or str(uuid.uuid4()),
        "name": event["name"],
        "phone": _e164(event["phone"]),
        "interest": event.get("interest", "a first conversation"),
    }
    if not simulated():
        lead["salesforceId"] = _create_in_salesforce(lead)
    record(lead["leadId"], "lead-created", phone=lead["phone"])
    return lead


def _e164(phone):
    number = phonenumbers.parse(phone, "US")
    if not phonenumbers.is_possible_number(number):
        raise ValueError(f"{phone} is not a phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _create_in_salesforce(lead):
    from simple_salesforce import Salesforce

    answer = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SALESFORCE_SECRET"])
    client = Salesforce(**json.loads(answer["SecretString"]))
    created = client.Lead.create({"LastName": lead["name"], "Phone": lead["phone"], "Company": "unknown"})
    return created["id"]
