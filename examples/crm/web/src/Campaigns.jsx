import { useEffect, useState } from "react";

export default function Campaigns({ api, attempt }) {
  const [campaigns, setCampaigns] = useState(null);

  useEffect(() => {
    attempt(async () => setCampaigns(await api.campaigns()));
  }, [api, attempt]);

  const add = (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const { name, text, days } = Object.fromEntries(new FormData(form));
    attempt(async () => {
      const added = await api.addCampaign({ name, text, days: Number(days) });
      setCampaigns([...campaigns, added]);
      form.reset();
    });
  };

  if (!campaigns) return <p>Loading…</p>;
  return (
    <>
      <form onSubmit={add}>
        <input name="name" placeholder="Campaign" aria-label="Campaign" required />
        <input name="text" placeholder="Hello {name}, …" aria-label="Text" required />
        <input name="days" type="number" min="1" defaultValue="30" aria-label="Days of silence" />
        <button>Add campaign</button>
      </form>
      <ul>
        {campaigns.map((each) => (
          <li key={each.id}>
            <strong>{each.name}</strong> after {each.days} days: {each.text}
          </li>
        ))}
      </ul>
    </>
  );
}
