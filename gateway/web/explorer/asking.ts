/** Asks the gateway a question over HTTP. */

export interface Question {
  query: string;
  operationName?: string | null | undefined;
  variables?: unknown;
}

/** A source that contributed to an answer, as `extensions.sources` names it. */
export interface SourceState {
  name: string;
  state: string;
  lastReadAt: string | null;
  ageSeconds: number | null;
  reason: string | null;
  recordCount: number;
}

/** A source that could have contributed and did not, as `extensions.silentSources` names it. */
export interface SilentSource {
  name: string;
  reason: string;
}

export interface Answer<Data = unknown> {
  data?: Data | null;
  errors?: { message: string }[];
  extensions?: { sources?: SourceState[]; silentSources?: SilentSource[] };
}

/**
 * The answer of the gateway, which may hold errors of its own. The key goes into the Authorization header, nowhere else.
 * Throws where the gateway cannot be reached or something else answers in its place.
 */
export async function ask<Data>(question: Question, key: string): Promise<Answer<Data>> {
  const response = await fetch("graphql", {
    method: "POST",
    headers: {
      accept: "application/graphql-response+json, application/json",
      "content-type": "application/json",
      ...(key && { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({ ...question, operationName: name(question) }),
    cache: "no-store",
    credentials: "omit",
  });
  if (!response.headers.get("content-type")?.includes("json")) {
    throw new Error(`The gateway's address answered with status ${response.status}, and not with JSON.`);
  }
  return response.json();
}

/**
 * The name of the operation to run. GraphiQL learns it a tenth of a second late: one that the text lacks belongs to an
 * earlier question.
 */
function name({ query, operationName }: Question): string | undefined {
  const names = Array.from(query.matchAll(/\b(?:query|mutation|subscription)\s+(\w+)/g), ([, found]) => found);
  return names.find((found) => found === operationName);
}
