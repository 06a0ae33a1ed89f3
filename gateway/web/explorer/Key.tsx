/** Takes an agency's key. It lives in this page's memory alone: a reload forgets it. */

import { type FormEvent, useId, useRef } from "react";

interface Props {
  given: boolean;
  onKey: (key: string) => void;
}

export function Key({ given, onKey }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const id = useId();

  function use(event: FormEvent) {
    event.preventDefault();
    onKey(input.current?.value.trim() ?? "");
    if (input.current) input.current.value = "";
  }

  if (given) {
    return (
      <div className="key">
        <span role="status">Asking with your key</span>
        <button type="button" onClick={() => onKey("")}>
          Forget it
        </button>
      </div>
    );
  }
  return (
    <form className="key" onSubmit={use} autoComplete="off">
      <label htmlFor={id}>API key</label>
      <input
        id={id}
        ref={input}
        type="password"
        autoComplete="off"
        spellCheck={false}
        required
        pattern="\s*[!-~]+\s*"
        title="A key has no spaces and no letters beyond ASCII."
        placeholder="none for public data"
      />
      <button type="submit">Use it</button>
    </form>
  );
}
