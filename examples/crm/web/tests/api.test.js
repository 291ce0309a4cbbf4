import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { addLead, leads, moveLead } from "../src/api.js";

afterEach(() => mock.restoreAll());

const answering = (status, document) =>
  mock.method(globalThis, "fetch", async () => new Response(JSON.stringify(document), { status }));

test("leads are read from the site's own path", async () => {
  const fetched = answering(200, [{ id: "a" }]);
  assert.deepEqual(await leads(), [{ id: "a" }]);
  assert.equal(fetched.mock.calls[0].arguments[0], "/api/leads");
});

test("what is added or changed is sent as JSON", async () => {
  const fetched = answering(201, {});
  await addLead({ name: "Ada" });
  await moveLead("a", "won");
  const sent = fetched.mock.calls.map(({ arguments: [path, { method, body }] }) => [path, method, body]);
  assert.deepEqual(sent, [
    ["/api/leads", "POST", '{"name":"Ada"}'],
    ["/api/leads/a", "PATCH", '{"stage":"won"}'],
  ]);
});

test("what the API refuses is an error in its own words", async () => {
  answering(400, { message: "a lead needs a phone" });
  await assert.rejects(addLead({}), /a lead needs a phone/);
});
