/** Shows who the answer in sight comes from, and how old the gateway's copy of each source is. */

import { useGraphiQL } from "@graphiql/react";
import { useEffect, useMemo, useState } from "react";

import { age } from "./age.ts";
import { type Answer, ask, type SilentSource, type SourceState } from "./asking.ts";

/** What the gateway knows of a source beside its state. */
interface About {
  name: string;
  title: string;
  publisher: string;
  licence: string;
  url: string | null;
}

const STATES: Record<string, string> = {
  FRESH: "fresh",
  STALE: "older than it should be",
  SILENT: "did not answer",
  NEVER_READ: "never read",
};

const REASONS: Record<string, string> = {
  NO_RECORDS: "nothing found",
  FAILED: "could not be read",
  NOT_COVERED: "not read for this question",
};

const ABOUT = "query Sources { sources { name title publisher licence url } }";

export function Sources({ apiKey }: { apiKey: string }) {
  const response = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.response);
  const extensions = useMemo(() => extensionsOf(response), [response]);
  const sources = extensions && (extensions.sources ?? []);
  const abouts = useAbouts(apiKey);
  const now = useMinutes();

  return (
    <section className="sources" aria-label="Sources of this answer" aria-live="polite">
      <h2>Sources of this answer</h2>
      {sources === undefined && <p className="none">Run a question, and what its answer stands on will stand here.</p>}
      {sources?.length === 0 && <p className="none">This answer names no source.</p>}
      <ul>
        {sources?.map((source) => (
          <Source key={source.name} source={source} about={abouts.get(source.name)} now={now} />
        ))}
      </ul>
      <Silent sources={extensions?.silentSources ?? []} abouts={abouts} />
    </section>
  );
}

function Source({ source, about, now }: { source: SourceState; about: About | undefined; now: number }) {
  const title = about?.title ?? source.name;
  return (
    <li>
      <p>
        {about?.url ? (
          <a href={about.url} target="_blank" rel="noreferrer">
            {title}
          </a>
        ) : (
          title
        )}
      </p>
      <p>
        <span className={`state ${source.state.toLowerCase()}`}>{STATES[source.state] ?? source.state}</span>{" "}
        {source.lastReadAt && (
          <time dateTime={source.lastReadAt} title={new Date(source.lastReadAt).toLocaleString()}>
            {age((now - Date.parse(source.lastReadAt)) / 1000)}
          </time>
        )}{" "}
        {source.reason && <code>{source.reason}</code>}
      </p>
      <small>
        {records(source.recordCount)} · {source.name}
        {about && ` · ${about.publisher} · ${about.licence}`}
      </small>
    </li>
  );
}

/** The sources that could have contributed and did not, closed at first: there are often many. */
function Silent({ sources, abouts }: { sources: SilentSource[]; abouts: Map<string, About> }) {
  if (!sources.length) return null;
  return (
    <details>
      <summary>{sources.length} more could have contributed</summary>
      <ul>
        {sources.map(({ name, reason }) => (
          <li key={name}>
            {abouts.get(name)?.title ?? name} <small>{REASONS[reason] ?? reason}</small>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What an answer says of its sources; undefined where there is no answer. */
function extensionsOf(response: string | null | undefined): Answer["extensions"] {
  if (!response) return undefined;
  try {
    return (JSON.parse(response) as Answer).extensions ?? {};
  } catch {
    return undefined; // GraphiQL writes its own complaints here, too.
  }
}

function records(count: number): string {
  return count === 1 ? "1 record" : `${count.toLocaleString()} records`;
}

/** What the caller may see of each source, by name; without it the names alone are shown. */
function useAbouts(apiKey: string): Map<string, About> {
  const [abouts, setAbouts] = useState(new Map<string, About>());
  useEffect(() => {
    let current = true;
    ask<{ sources: About[] }>({ query: ABOUT }, apiKey)
      .then(({ data }) => current && setAbouts(new Map(data?.sources.map((about) => [about.name, about]))))
      .catch(() => current && setAbouts(new Map()));
    return () => {
      current = false;
    };
  }, [apiKey]);
  return abouts;
}

/** The time, anew every half minute. */
function useMinutes(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
