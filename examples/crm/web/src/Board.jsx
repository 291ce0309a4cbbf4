import { useEffect, useState } from "react";
import { STAGES, byStage, next } from "./stages.js";

export default function Board({ api, attempt }) {
  const [leads, setLeads] = useState(null);
  const [due, setDue] = useState([]);

  useEffect(() => {
    attempt(async () => {
      const [found, dates] = await Promise.all([api.leads(), api.appointments()]);
      setLeads(found);
      setDue(dates);
    });
  }, [api, attempt]);

  const add = (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const lead = Object.fromEntries(new FormData(form));
    attempt(async () => {
      const added = await api.addLead(lead);
      setLeads([...leads, added]);
      form.reset();
    });
  };
  const move = (lead) =>
    attempt(async () => {
      const moved = await api.moveLead(lead.id, next(lead.stage));
      setLeads(leads.map((each) => (each.id === moved.id ? moved : each)));
    });

  if (!leads) return <p>Loading…</p>;
  const board = byStage(leads);
  return (
    <>
      <form onSubmit={add}>
        <input name="name" placeholder="Name" aria-label="Name" required />
        <input name="phone" placeholder="Phone" aria-label="Phone" required />
        <button>Add lead</button>
      </form>
      <section className="board">
        {STAGES.map((stage) => (
          <div key={stage} className={stage}>
            <h2>
              {stage} <small>{board[stage].length}</small>
            </h2>
            {board[stage].map((lead) => (
              <article key={lead.id}>
                <strong>{lead.name}</strong>
                <span>{lead.phone}</span>
                {next(stage) && <button onClick={() => move(lead)}>→ {next(stage)}</button>}
              </article>
            ))}
          </div>
        ))}
      </section>
      <h2>Next appointments</h2>
      {due.length === 0 ? <p>None.</p> : (
        <ul>
          {due.map((each) => (
            <li key={each.id}>
              {new Date(each.at * 1000).toLocaleString()} — {each.what}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
