/** The offers of a search: how many, in which order, on one time axis, page by page. */

import type { Session } from "../app/session";
import { queryOf, type Turn } from "../app/turn";
import { ProblemBox } from "../states/problem_box";
import { useSpeech } from "../text/speech";
import type { SearchResult } from "../wire";
import { OfferCard } from "./offer_card";
import { SortTabs } from "./sort_tabs";
import { axisHours, axisMinutes } from "./timebar";

export function OfferList(props: {
  session: Session;
  turn: Turn;
  result: SearchResult;
  /** Whether these are the offers of before, until the new ones are there. */
  isStale: boolean;
}) {
  const { session, turn, result, isStale } = props;
  const { words, formats } = useSpeech();
  const { offers, total } = result;
  const query = queryOf(turn) ?? result.query;
  const axis = axisMinutes(offers);
  const { paging } = turn;
  return (
    <>
      <div class="results-head">
        <h2>{words.offers.headingCount(formats.number(total), total === 1)}</h2>
        <SortTabs
          sort={query.sort}
          onPick={(sort) =>
            session.change({ ...query, sort }, words.talk.sorted(words.sort.names[sort]), { menu: turn.menu })
          }
        />
      </div>
      <Axis axis={axis} />
      <ol class={isStale ? "offers is-stale" : "offers"}>
        {offers.map((offer) => (
          <li key={offer.id}>
            <OfferCard offer={offer} query={result.query} axis={axis} />
          </li>
        ))}
      </ol>
      {typeof paging === "object" && (
        <ProblemBox
          problem={paging}
          // A page that the server refuses is of a list that it no longer has; one that did not come can be had.
          onRetry={() => (paging.status === null ? void session.showMore() : session.retry(turn))}
        />
      )}
      <div class="more">
        <p>{words.offers.shown(formats.number(offers.length), formats.number(total))}</p>
        {result.next_cursor !== null && (
          <button
            type="button"
            class="button"
            aria-disabled={paging === "loading"}
            onClick={() => void session.showMore()}
          >
            {paging === "loading" ? words.offers.loadingMore : words.offers.more}
          </button>
        )}
      </div>
      {result.as_of && (
        <p class="near-prices">
          {words.data.nearPrices(formats.instant(result.as_of))} <a href="#data">{words.data.link}</a>
        </p>
      )}
    </>
  );
}

/** The hours above the bars. */
export function Axis({ axis }: { axis: number }) {
  const { words, formats } = useSpeech();
  return (
    <div class="axis" aria-hidden="true">
      {axisHours(axis).map((hour) => (
        <span key={hour} class="axis-hour" style={{ insetInlineStart: `${((hour * 60) / axis) * 100}%` }}>
          {formats.hour(hour)}
        </span>
      ))}
      <span class="axis-name">{words.offers.axis}</span>
    </div>
  );
}
