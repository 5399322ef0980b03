/** Problem details (RFC 9457) as the page shows them. */

export interface Problem {
  readonly title: string;
  readonly detail: string;
  readonly remedy: string;
  readonly status: number | null;
  /** What is wrong at which place of the request. */
  readonly errors: { readonly pointer: string; readonly detail: string }[];
  /** Seconds after which it may be tried again; from 429 and 503. */
  readonly retryAfterSeconds: number | null;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const count = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** Reads problem details of any shape: what is missing stays empty, nothing throws. */
export function readProblem(value: unknown, retryAfter: string | null = null): Problem {
  const body = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  const errors = Array.isArray(body.errors) ? body.errors : [];
  const seconds = count(body.retry_after_s) ?? (retryAfter === null ? null : Number(retryAfter));
  return {
    title: text(body.title),
    detail: text(body.detail),
    remedy: text(body.remedy),
    status: count(body.status),
    errors: errors.map((error: Record<string, unknown>) => ({
      pointer: text(error?.pointer),
      detail: text(error?.detail),
    })),
    retryAfterSeconds: Number.isFinite(seconds) ? seconds : null,
  };
}

/** A failed call, carrying its problem details. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }
}

/** The problem in whatever was thrown. What is none of the server's comes from a line that is broken or slow. */
export function problemOf(error: unknown, unreachable: string): Problem {
  return error instanceof ProblemError ? error.problem : { ...readProblem(null), detail: unreachable };
}
