/** Answers that are a list of things: a table whose first column leads on where a search can follow. */

import type { ComponentChildren } from "preact";
import { type Speech, useSpeech } from "../text/speech";
import type { FlightQuery, Kind } from "../wire";
import { type AnswerProps, currencyOf } from "./answer_view";
import { numberOf, type Row, rowsOf, textOf } from "./data";

type TableKind = Extract<Kind, "explore" | "airlines" | "aircraft" | "airport" | "flight_number">;

interface Column {
  readonly name: string;
  readonly isFigure?: boolean;
  /** A day: one line, however narrow the page. */
  readonly isDay?: boolean;
  /** Left out where no row has it. */
  readonly isOptional?: boolean;
  readonly cell: (row: Row) => string;
}

interface Table {
  readonly rows: string;
  readonly columns: (speech: Speech, currency: string) => Column[];
  /** The query that a row leads to, with what to call it; null where nothing follows. */
  readonly follow: (
    row: Row,
    query: FlightQuery,
    speech: Speech,
  ) => { query: FlightQuery; label: string } | null;
}

const nothingFollows = () => null;

const TABLES: Record<TableKind, Table> = {
  explore: {
    rows: "destinations",
    columns: ({ words, formats }, currency) => [
      {
        name: words.answer.columns.destination,
        cell: (row) => `${textOf(row, "city")} ${textOf(row, "airport")}`,
      },
      { name: words.answer.columns.price, isFigure: true, cell: moneyCell("price", currency, formats.about) },
      {
        name: words.answer.columns.temperature,
        isFigure: true,
        isOptional: true,
        cell: numberCell("celsius", formats.temperature),
      },
      {
        name: words.answer.columns.rain,
        isFigure: true,
        isOptional: true,
        cell: numberCell("rain_mm", formats.rain),
      },
      {
        name: words.answer.columns.date,
        isDay: true,
        cell: (row) => dayText(textOf(row, "date"), formats.day),
      },
      { name: words.answer.columns.offers, isFigure: true, cell: numberCell("offers", formats.number) },
    ],
    follow: (row, query, { words }) => {
      const [first, ...rest] = query.slices;
      if (!first) return null;
      const destination = { label: textOf(row, "city"), airports: [textOf(row, "airport")] };
      return {
        query: { ...query, slices: [{ ...first, destination }, ...rest] },
        label: words.answer.flightsTo(destination.label),
      };
    },
  },
  airlines: {
    rows: "carriers",
    columns: ({ words, formats }, currency) => [
      { name: words.answer.columns.carrier, cell: (row) => textOf(row, "name") || textOf(row, "carrier") },
      { name: words.answer.columns.code, cell: (row) => textOf(row, "carrier") },
      {
        name: words.answer.columns.price,
        isFigure: true,
        cell: moneyCell("min_price", currency, formats.about),
      },
      { name: words.answer.columns.flights, isFigure: true, cell: numberCell("flights", formats.number) },
    ],
    follow: (row, query, { words }) => ({
      query: { ...query, carriers: { ...query.carriers, include: [textOf(row, "carrier")] } },
      label: words.talk.narrowed(textOf(row, "name") || textOf(row, "carrier")),
    }),
  },
  aircraft: {
    rows: "aircraft",
    columns: ({ words, formats }) => [
      { name: words.answer.columns.aircraft, cell: (row) => textOf(row, "name") },
      { name: words.answer.columns.family, cell: (row) => textOf(row, "family") },
      { name: words.answer.columns.flights, isFigure: true, cell: numberCell("flights", formats.number) },
    ],
    follow: nothingFollows,
  },
  airport: {
    rows: "airports",
    columns: ({ words }) => [
      { name: words.answer.columns.airport, cell: (row) => textOf(row, "name") },
      {
        name: words.answer.columns.code,
        cell: (row) => [textOf(row, "iata"), textOf(row, "icao")].filter(Boolean).join(" / "),
      },
      {
        name: words.answer.columns.city,
        cell: (row) => [textOf(row, "city"), textOf(row, "country")].filter(Boolean).join(", "),
      },
      { name: words.answer.columns.timezone, cell: (row) => textOf(row, "timezone") },
    ],
    follow: nothingFollows,
  },
  flight_number: {
    rows: "departures",
    columns: ({ words, formats }) => [
      {
        name: words.answer.columns.date,
        isDay: true,
        cell: (row) => dayText(textOf(row, "date"), formats.day),
      },
      {
        name: words.answer.columns.route,
        cell: (row) => `${textOf(row, "origin")} → ${textOf(row, "destination")}`,
      },
      {
        name: words.answer.columns.departs,
        isFigure: true,
        cell: (row) => dayText(textOf(row, "departs_at"), formats.time),
      },
      {
        name: words.answer.columns.arrives,
        isFigure: true,
        cell: (row) => dayText(textOf(row, "arrives_at"), formats.time),
      },
    ],
    follow: nothingFollows,
  },
};

function dayText(iso: string, format: (iso: string) => string): string {
  return iso === "" ? "" : format(iso);
}

function moneyCell(name: string, currency: string, money: (amount: string, currency: string) => string) {
  return (row: Row) => (textOf(row, name) === "" ? "" : money(textOf(row, name), currency));
}

function numberCell(name: string, format: (value: number) => string) {
  return (row: Row) => {
    const value = numberOf(row, name);
    return value === null ? "" : format(value);
  };
}

export function TableView({ kind, data, query, onSearch }: AnswerProps & { kind: TableKind }) {
  const speech = useSpeech();
  const table = TABLES[kind];
  const rows = rowsOf(data, table.rows);
  if (rows.length === 0) return null;
  const columns = table
    .columns(speech, currencyOf(data))
    .filter(({ isOptional, cell }) => !isOptional || rows.some((row) => cell(row) !== ""));
  const hasClimate = rows.some(
    (row) => numberOf(row, "celsius") !== null || numberOf(row, "rain_mm") !== null,
  );
  return (
    <>
      <div class="table-frame">
        <table class="table">
          <thead>
            <tr>
              {columns.map(({ name, isFigure }) => (
                <th key={name} scope="col" class={isFigure ? "figure" : undefined}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => {
              const next = query ? table.follow(row, query, speech) : null;
              const wrap = (children: ComponentChildren) =>
                next ? (
                  <button type="button" class="row-link" onClick={() => onSearch(next.query, next.label)}>
                    {children}
                  </button>
                ) : (
                  children
                );
              return (
                <tr key={index}>
                  {columns.map(({ name, isFigure, isDay, cell }, at) =>
                    at === 0 ? (
                      <th key={name} scope="row">
                        {wrap(cell(row))}
                      </th>
                    ) : (
                      <td key={name} class={isFigure ? "figure" : isDay ? "day-cell" : undefined}>
                        {cell(row)}
                      </td>
                    ),
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {hasClimate && <p class="near-prices">{speech.words.answer.climateNote}</p>}
    </>
  );
}
