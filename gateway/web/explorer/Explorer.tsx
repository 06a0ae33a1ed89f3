/** The explorer: GraphiQL with our questions, our sources, and a key that is kept nowhere. */

import "@fontsource/fira-code/latin-400.css";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "@graphiql/plugin-explorer/style.css";
import "graphiql/graphiql.css";
import "./explorer.css";

import { explorerPlugin } from "@graphiql/plugin-explorer";
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import type { Fetcher } from "@graphiql/toolkit";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { TabFocus } from "monaco-editor/esm/vs/editor/browser/config/tabFocus.js";
import { useEffect, useMemo, useState } from "react";

import { ask } from "./asking.ts";
import { Key } from "./Key.tsx";
import { questions } from "./questions.ts";
import { Sources } from "./Sources.tsx";

const builder = { ...explorerPlugin({ showAttribution: false }), title: "Question builder" };
const plugins = [builder, HISTORY_PLUGIN];
const wide = window.matchMedia("(min-width: 1100px)").matches;

// In an editor, too, the Tab key goes on to what comes next: nobody who has only a keyboard is caught in one.
TabFocus.setTabFocusMode(true);

export function Explorer() {
  const [key, setKey] = useState("");
  const [ready, setReady] = useState(false);
  // A new fetcher makes GraphiQL read the schema again: what may be asked depends on who asks.
  const fetcher = useMemo<Fetcher>(() => (question) => ask<never>(question, key) as ReturnType<Fetcher>, [key]);

  return (
    <>
      <header>
        <div className="intro">
          <h1>Enforcement Gateway</h1>
          <p>
            What regulators, police and platforms have stated about cases, takedowns and arrests: who says so, and how
            old each answer is.
          </p>
        </div>
        <Key given={key !== ""} onKey={setKey} />
      </header>
      {/* GraphiQL would show the first question in whichever tab is chosen before its editors have come. */}
      <main inert={!ready} aria-busy={!ready}>
        <GraphiQL
          fetcher={fetcher}
          plugins={plugins}
          {...(wide && { visiblePlugin: builder })}
          defaultTabs={questions.map(({ query }) => ({ query }))}
          defaultQuery=""
          isHeadersEditorEnabled={false}
          showPersistHeadersSettings={false}
        >
          <GraphiQL.Logo>
            <Questions onReady={setReady} />
          </GraphiQL.Logo>
          <GraphiQL.Footer>
            <Sources apiKey={key} />
          </GraphiQL.Footer>
        </GraphiQL>
      </main>
    </>
  );
}

/** Opens a worked question in a new tab. It also says when the editors are there, and makes long lines wrap in them. */
function Questions({ onReady }: { onReady: (ready: boolean) => void }) {
  const { addTab } = useGraphiQLActions();
  const editors = useGraphiQL(({ queryEditor, variableEditor, responseEditor }) => ({
    queryEditor,
    variableEditor,
    responseEditor,
  }));

  useEffect(() => {
    for (const editor of Object.values(editors)) editor?.updateOptions({ wordWrap: "on" });
    if (editors.queryEditor && editors.responseEditor) onReady(true);
  }, [editors, onReady]);

  return (
    <select
      aria-label="Open a worked question"
      value=""
      onChange={({ target }) => {
        addTab();
        editors.queryEditor?.setValue(questions[Number(target.value)]?.query ?? "");
      }}
    >
      <option value="" disabled>
        Worked questions
      </option>
      {questions.map(({ title }, index) => (
        <option key={title} value={index}>
          {title}
        </option>
      ))}
    </select>
  );
}
