/** What the operators' view asks the server, in the names of `flight_search.services.admin`. */

import { ProblemError, readProblem } from "../states/problem";

export interface Count {
  readonly name: string;
  readonly count: number;
}

export interface SnapshotRow {
  readonly name: string;
  readonly built_at: string | null;
  readonly offers: number;
  readonly bytes: number;
  readonly first_day: string;
  readonly last_day: string;
  readonly is_current: boolean;
  readonly problem: string;
}

export interface ServiceReport {
  readonly role: string;
  readonly version: string;
  readonly started_at: string | null;
  readonly parts: readonly { name: string; is_ready: boolean; detail: string }[];
  readonly snapshots: readonly SnapshotRow[];
  readonly requests: readonly { method: string; route: string; status: string; count: number }[];
  readonly asked: {
    readonly kinds: readonly Count[];
    readonly routes: readonly Count[];
    readonly empty: readonly Count[];
    readonly problems: readonly Count[];
    readonly unread: readonly Count[];
    readonly unsupported: readonly Count[];
    readonly doubtful: number;
  } | null;
  readonly caches: readonly { cache: string; hits: number; misses: number; others: number }[];
  readonly models: readonly {
    model: string;
    calls: number;
    failed: number;
    prompt_tokens: number;
    completion_tokens: number;
    cost_usd: number;
  }[];
  readonly degraded: readonly Count[];
  readonly problem: string;
}

export interface Overview {
  readonly now: string;
  readonly services: readonly ServiceReport[];
}

export interface AdminApi {
  overview(token: string): Promise<Overview>;
  useSnapshot(token: string, name: string): Promise<{ name: string; before: string | null }>;
}

export function adminApi(fetcher: typeof fetch): AdminApi {
  const call = async <T>(token: string, path: string, body?: object): Promise<T> => {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const request: RequestInit = body ? { method: "POST", body: JSON.stringify(body) } : {};
    const response = await fetcher(path, { ...request, headers, signal: AbortSignal.timeout(20_000) });
    if (response.ok) return (await response.json()) as T;
    const problem: unknown = await response.json().catch(() => null);
    throw new ProblemError({
      ...readProblem(problem, response.headers.get("Retry-After")),
      status: response.status,
    });
  };
  return {
    overview: (token) => call(token, "/v1/admin"),
    useSnapshot: (token, name) => call(token, "/v1/admin/snapshot", { name }),
  };
}
