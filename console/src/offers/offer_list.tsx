/** The offers of a search: how many, in which order, on one time axis, page by page. */

import { useMemo } from "preact/hooks";
import type { Session } from "../app/session";
import { queryOf, type Turn } from "../app/turn";
import { CompareView } from "../compare/compare_view";
import { ExportMenu } from "../export/export_menu";
import { DaysView } from "../pictures/days_view";
import { HoursView } from "../pictures/hours_view";
import { MapView } from "../pictures/map_view";
import { ViewTabs } from "../pictures/view_tabs";
import { Age } from "../states/age";
import { ProblemBox } from "../states/problem_box";
import { useSpeech } from "../text/speech";
import type { SearchResult } from "../wire";
import { Axis } from "./axis";
import { type CardProps, OfferCard } from "./offer_card";
import { SortTabs } from "./sort_tabs";
import { axisMinutes } from "./timebar";
import { isWayOutChosen, sharedWayOut } from "./way_out";
import { ChosenWayOut, WayOutView } from "./way_out_view";

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
  const wayOut = isWayOutChosen(query) ? sharedWayOut(offers) : null;
  const view = isStale ? "list" : session.view.value;
  return (
    <>
      <div class="results-head">
        <div class="results-count">
          <h2>{words.offers.headingCount(formats.number(total), total === 1)}</h2>
          <Age result={result} />
        </div>
        <ViewTabs session={session} query={query} />
      </div>
      {view === "days" && <DaysView session={session} result={result} />}
      {view === "hours" && <HoursView session={session} result={result} />}
      {view === "map" && <MapView session={session} result={result} />}
      {view === "out" && <WayOutView session={session} query={query} />}
      {view === "compare" && <CompareView session={session} />}
      {view === "list" && (
        <>
          {wayOut && <ChosenWayOut session={session} query={query} way={wayOut} />}
          <SortTabs
            sort={query.sort}
            onPick={(sort) =>
              session.change({ ...query, sort }, words.talk.sorted(words.sort.names[sort]), {
                menu: turn.menu,
              })
            }
          />
          <Axis axis={axis} />
          <ol class={isStale ? "offers is-stale" : "offers"}>
            {offers.map((offer) => (
              <Item
                key={offer.id}
                offer={offer}
                query={result.query}
                axis={axis}
                price={result.facets.price}
                slicesAbove={wayOut ? 1 : 0}
              />
            ))}
          </ol>
          <More session={session} turn={turn} result={result} />
          <ExportMenu session={session} result={result} />
        </>
      )}
      {result.as_of && (
        <p class="near-prices">
          {words.data.nearPrices(formats.instant(result.as_of))} <a href="#data">{words.data.link}</a>
        </p>
      )}
    </>
  );
}

/** Drawn once: of a thousand offers the next page must not draw all anew. */
function Item({ offer, query, axis, price, slicesAbove }: CardProps) {
  return useMemo(
    () => (
      <li>
        <OfferCard offer={offer} query={query} axis={axis} price={price} slicesAbove={slicesAbove} />
      </li>
    ),
    [offer, query, axis, price, slicesAbove],
  );
}

function More({ session, turn, result }: { session: Session; turn: Turn; result: SearchResult }) {
  const { words, formats } = useSpeech();
  const { paging } = turn;
  return (
    <>
      {typeof paging === "object" && (
        <ProblemBox
          problem={paging}
          // A page that the server refuses is of a list that it no longer has; one that did not come can be had.
          onRetry={() => (paging.status === null ? void session.showMore() : session.retry(turn))}
        />
      )}
      <div class="more">
        <p>{words.offers.shown(formats.number(result.offers.length), formats.number(result.total))}</p>
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
    </>
  );
}
