import assert from "node:assert/strict";
import { test } from "node:test";
import { STAGES, byStage, next } from "../src/stages.js";

const lead = (id, stage, touched) => ({ id, stage, touched });

test("every stage has a column, the newest lead first", () => {
  const board = byStage([lead("a", "new", 1), lead("b", "new", 2), lead("c", "won", 3)]);
  assert.deepEqual(Object.keys(board), STAGES);
  assert.deepEqual(board.new.map((each) => each.id), ["b", "a"]);
  assert.deepEqual(board.talking, []);
});

test("a lead of a stage that nobody knows is in no column", () => {
  assert.deepEqual(Object.values(byStage([lead("a", "lost", 1)])).flat(), []);
});

test("work leads from new over talking to won, and a dormant lead is talked to again", () => {
  assert.deepEqual(STAGES.map(next), ["talking", "won", null, "talking"]);
});
