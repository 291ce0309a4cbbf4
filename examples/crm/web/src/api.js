// The API is served by the site's own distribution, so its address is a path.

async function ask(path, method = "GET", body = undefined) {
  const answer = await fetch(`/api${path}`, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  const document = await answer.json();
  if (!answer.ok) throw new Error(document.message ?? `the API answered ${answer.status}`);
  return document;
}

export const leads = () => ask("/leads");
export const addLead = (lead) => ask("/leads", "POST", lead);
export const moveLead = (id, stage) => ask(`/leads/${id}`, "PATCH", { stage });
export const appointments = () => ask("/appointments");
export const campaigns = () => ask("/campaigns");
export const addCampaign = (campaign) => ask("/campaigns", "POST", campaign);
