import { useCallback, useEffect, useState } from "react";
import * as api from "./api.js";
import Board from "./Board.jsx";
import Campaigns from "./Campaigns.jsx";

const VIEWS = { "/": "Leads", "/campaigns": "Campaigns" };

export default function App() {
  const [path, setPath] = useState(location.pathname);
  const [problem, setProblem] = useState("");

  useEffect(() => {
    const back = () => setPath(location.pathname);
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);

  const go = (event, to) => {
    event.preventDefault();
    history.pushState(null, "", to);
    setPath(to);
  };
  const attempt = useCallback(async (work) => {
    try {
      setProblem("");
      return await work();
    } catch (error) {
      setProblem(error.message);
      return undefined;
    }
  }, []);

  return (
    <>
      <header>
        <h1>Revive CRM</h1>
        <nav>
          {Object.entries(VIEWS).map(([to, name]) => (
            <a key={to} href={to} aria-current={to === path ? "page" : undefined} onClick={(e) => go(e, to)}>
              {name}
            </a>
          ))}
        </nav>
      </header>
      {problem && <p role="alert">{problem}</p>}
      <main>
        {path === "/campaigns" ? (
          <Campaigns api={api} attempt={attempt} />
        ) : (
          <Board api={api} attempt={attempt} />
        )}
      </main>
    </>
  );
}
