// The stages of a lead, in order; the API knows the same.
export const STAGES = ["new", "talking", "won", "dormant"];

/** Leads by stage, each stage's newest first; every stage is there. */
export function byStage(leads) {
  const board = Object.fromEntries(STAGES.map((stage) => [stage, []]));
  for (const lead of leads) board[lead.stage]?.push(lead);
  for (const column of Object.values(board)) column.sort((a, b) => b.touched - a.touched);
  return board;
}

/** The stage after a lead's own; null behind the last one that work leads to. */
export function next(stage) {
  const position = STAGES.indexOf(stage);
  if (stage === "dormant") return "talking";
  return position >= 0 && position < 2 ? STAGES[position + 1] : null;
}
