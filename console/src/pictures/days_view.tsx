/** The lowest price of each day of the year; a day that is picked becomes the day of departure. */

import { CalendarView } from "../answers/calendar_view";
import type { Session } from "../app/session";
import { useSpeech } from "../text/speech";
import { withDates } from "../understanding/edit/change";
import type { FlightQuery, SearchResult } from "../wire";
import { PictureProblem, PictureSkeleton, useLoaded } from "./lazy";

export function DaysView({ session, result }: { session: Session; result: SearchResult }) {
  const { words } = useSpeech();
  const anyDay = withDates(result.query, 0, null, result.query.slices[0]?.weekdays ?? []);
  const { now, retry } = useLoaded(() => session.dayPrices(anyDay), JSON.stringify(anyDay));
  if (now === null) return <PictureSkeleton />;
  if ("problem" in now) return <PictureProblem problem={now.problem} onRetry={retry} />;
  const days = now.value;
  if (days.length === 0) return <p class="near-prices">{words.pictures.noDays}</p>;
  return (
    <CalendarView
      data={{
        currency: result.query.price.currency,
        days: days.map(({ date, price, count }) => ({ date, min: price, count })),
      }}
      query={result.query}
      sort={result.query.sort}
      chosen={result.query.slices[0]?.depart_date ?? null}
      onSearch={(query: FlightQuery, label: string) => session.change(query, label)}
    />
  );
}
