/** The view that fits an answer: a calendar, a table, figures or a sentence; then the offers that show it. */

import type { ComponentChildren } from "preact";
import type { Session } from "../app/session";
import { queryOf, type Turn } from "../app/turn";
import { Axis } from "../offers/axis";
import { OfferCard } from "../offers/offer_card";
import { axisMinutes } from "../offers/timebar";
import { Age } from "../states/age";
import { useSpeech } from "../text/speech";
import type { AnswerResult, FlightQuery, Kind } from "../wire";
import { AnswerMap } from "./answer_map";
import { CalendarView } from "./calendar_view";
import { type Row, textOf } from "./data";
import { FareView } from "./fare_view";
import { FiguresView } from "./figures_view";
import { TableView } from "./table_view";

export interface AnswerProps {
  readonly data: Row;
  readonly query: FlightQuery | null;
  /** Searches for offers with a changed query. */
  readonly onSearch: (query: FlightQuery, label: string) => void;
}

export function AnswerView(props: { session: Session; turn: Turn; kind: Kind; answer: AnswerResult }) {
  const { words, formats } = useSpeech();
  const { session, turn, kind, answer } = props;
  const query = queryOf(turn);
  const axis = axisMinutes(answer.offers);
  const hasPrices = answer.offers.length > 0 || "currency" in answer.data;
  const isAboutFlights = kind !== "help" && kind !== "out_of_scope";
  const view: AnswerProps = {
    data: answer.data,
    query,
    onSearch: (next, label) => session.change(next, label),
  };
  return (
    <div class="answer">
      <h2>{words.answer.heading[kind]}</h2>
      {hasPrices && <Age result={answer} />}
      {answer.text && (
        <p class="answer-text" dir="auto">
          {answer.text}
        </p>
      )}
      <AnswerMap session={session} kind={kind} view={view} />
      {bodyOf(kind, view)}
      {!isAboutFlights && (
        <ul class="answer-examples">
          {words.composer.examples.map((example) => (
            <li key={example}>
              <button
                type="button"
                onClick={() => session.run({ type: "words", text: example, previous: null })}
              >
                {example}
              </button>
            </li>
          ))}
        </ul>
      )}
      {answer.offers.length > 0 && query && (
        <>
          <h3>{words.answer.examples}</h3>
          <Axis axis={axis} />
          <ol class="offers">
            {answer.offers.map((offer) => (
              <li key={offer.id}>
                <OfferCard offer={offer} query={query} axis={axis} />
              </li>
            ))}
          </ol>
        </>
      )}
      {hasPrices && answer.as_of && (
        <p class="near-prices">
          {words.data.nearPrices(formats.instant(answer.as_of))} <a href="#data">{words.data.link}</a>
        </p>
      )}
    </div>
  );
}

function bodyOf(kind: Kind, view: AnswerProps): ComponentChildren {
  switch (kind) {
    case "calendar":
      return <CalendarView {...view} />;
    case "fare":
      return <FareView {...view} />;
    case "explore":
    case "airlines":
    case "aircraft":
    case "airport":
    case "flight_number":
      return <TableView kind={kind} {...view} />;
    case "count":
    case "schedule":
    case "distance":
      return <FiguresView kind={kind} {...view} />;
    case "search":
    case "help":
    case "out_of_scope":
      return null;
  }
}

export function currencyOf(data: Row): string {
  return textOf(data, "currency") || "USD";
}
