/**
 * Reads the figures of an answer.
 *
 * `AnswerResult.data` has a shape for each kind. It is read field by field: what is missing or of another type
 * becomes empty, so that a newer server shows less rather than nothing.
 */

export type Row = Record<string, unknown>;

export function rowsOf(data: Row, name: string): Row[] {
  const value = data[name];
  return Array.isArray(value)
    ? value.filter((row): row is Row => typeof row === "object" && row !== null)
    : [];
}

export function textOf(row: Row, name: string): string {
  const value = row[name];
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(value) : "";
}

export function numberOf(row: Row, name: string): number | null {
  const value = row[name];
  if (typeof value === "number") return value;
  if (typeof value === "string" && value !== "" && Number.isFinite(Number(value))) return Number(value);
  return null;
}

export function rowOf(data: Row, name: string): Row | null {
  const value = data[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Row) : null;
}
