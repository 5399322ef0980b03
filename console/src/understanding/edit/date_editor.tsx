/** Which days: two months with the lowest price of each day, days of the week, and some days of slack. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type DayPrice, levelsOf } from "../../answers/calendar";
import { useSpeech } from "../../text/speech";
import type { DateRange, Weekday } from "../../wire";
import { daysAfter, gridOf, lastDayOf, monthsAfter, widened, withDates, withSlice } from "./change";
import type { DraftProps } from "./editor";

const WEEKDAYS: readonly Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const SLACK_DAYS = [0, 1, 2, 3, 7] as const;
const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export function DateEditor({ draft, setDraft, target, session }: DraftProps) {
  const { words, formats } = useSpeech();
  const slice = draft.slices[target.slice];
  const dates = slice?.depart_date ?? null;
  const weekdays = slice?.weekdays ?? [];
  const today = session.today();
  const info = session.snapshot.value;
  const firstDay = info && "first_day" in info && info.first_day > today ? info.first_day : today;
  const lastDay = info && "last_day" in info ? info.last_day : daysAfter(today, 365);
  const [month, setMonth] = useState((dates?.from ?? firstDay).slice(0, 7));
  const [slack, setSlack] = useState(0);
  const [picked, setPicked] = useState<DateRange | null>(dates);
  const [focused, setFocused] = useState<string | null>(null);
  /** Whether the next click ends a range. */
  const [isHalf, setHalf] = useState(false);
  const grid = useRef<HTMLDivElement>(null);
  const prices = useDayPrices(anyDayOf(draft, target.slice), session);
  const levels = useMemo(() => levelsOf([...prices.values()]), [prices]);

  const set = (range: DateRange | null, days = slack) => {
    setPicked(range);
    const wide = range && days > 0 ? widened(range, days, today) : range;
    setDraft(withDates(draft, target.slice, wide, weekdays));
  };
  const pick = (day: string) => {
    setFocused(day);
    const from = picked?.from ?? null;
    if (isHalf && from !== null && day >= from) {
      setHalf(false);
      set({ from, to: day });
    } else {
      setHalf(true);
      set({ from: day, to: day });
    }
  };
  const isShown = (day: string) => day.slice(0, 7) === month || day.slice(0, 7) === monthsAfter(month, 1);
  // One stop of the tab key: the day that has the focus, else the first one chosen, else the first there is.
  const stop =
    [focused, dates?.from ?? null, firstDay, `${month}-01`].find((day) => day !== null && isShown(day)) ??
    firstDay;

  /** Keys can come faster than the page is drawn: each goes on from the one before. */
  const latest = useRef(stop);
  latest.current = stop;
  const move = (event: KeyboardEvent) => {
    const isRtl = getComputedStyle(event.currentTarget as Element).direction === "rtl";
    let to: string | null = null;
    const step = STEPS[event.key];
    if (step !== undefined) to = daysAfter(latest.current, isRtl && Math.abs(step) === 1 ? -step : step);
    if (event.key === "PageUp") to = daysAfter(latest.current, -28);
    if (event.key === "PageDown") to = daysAfter(latest.current, 28);
    if (to === null) return;
    event.preventDefault();
    const day = to < firstDay ? firstDay : to > lastDay ? lastDay : to;
    if (!isShown(day)) setMonth(day < `${month}-01` ? day.slice(0, 7) : monthsAfter(day.slice(0, 7), -1));
    latest.current = day;
    setFocused(day);
    focusOn(day);
  };
  const focusOn = (day: string) => grid.current?.querySelector<HTMLElement>(`[data-day="${day}"]`)?.focus();
  // A day of another month is there only once that month is drawn.
  useEffect(() => {
    if (focused) focusOn(focused);
  }, [focused, month]);

  const canGoBack = month > firstDay.slice(0, 7);
  const canGoOn = monthsAfter(month, 1) < lastDay.slice(0, 7);
  const currency = draft.price.currency;
  return (
    <>
      <div class="date-bar">
        <button
          type="button"
          class="button button-small"
          aria-label={words.edit.earlierMonth}
          disabled={!canGoBack}
          onClick={() => setMonth(monthsAfter(month, -1))}
        >
          <span aria-hidden="true" class="arrow arrow-back" />
        </button>
        <p role="status">
          {dates === null
            ? words.edit.anyDay
            : formats.dateRange(dates, { from: words.value.from, to: words.value.upTo })}
        </p>
        <button
          type="button"
          class="button button-small"
          aria-label={words.edit.laterMonth}
          disabled={!canGoOn}
          onClick={() => setMonth(monthsAfter(month, 1))}
        >
          <span aria-hidden="true" class="arrow" />
        </button>
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the buttons inside. */}
      <div class="date-months" ref={grid} onKeyDown={move}>
        {[month, monthsAfter(month, 1)].map((name) => (
          <table key={name} class="month date-month">
            <caption>
              <button
                type="button"
                title={words.edit.wholeMonth}
                onClick={() => {
                  setHalf(false);
                  const start = `${name}-01`;
                  set({ from: start < today ? today : start, to: lastDayOf(name) });
                }}
              >
                {formats.month(`${name}-01`)}
              </button>
            </caption>
            <thead>
              <tr>
                {formats.weekdayNames().map((day) => (
                  <th key={day} scope="col">
                    {day}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {gridOf(name).map((week, row) => (
                <tr key={row}>
                  {week.map((day, column) => (
                    <td key={column}>
                      {day !== null && (
                        <button
                          type="button"
                          data-day={day}
                          class={`day heat${levels.has(day) ? ` heat-${levels.get(day)}` : " heat-none"}`}
                          aria-pressed={isBetween(day, dates)}
                          disabled={day < firstDay || day > lastDay}
                          tabIndex={day === stop ? 0 : -1}
                          onClick={() => pick(day)}
                        >
                          <span>{Number(day.slice(8))}</span>
                          <span class="day-price">
                            {prices.has(day) ? formats.about(prices.get(day)?.price ?? "0", currency) : ""}
                          </span>
                          <span class="out-of-sight">{formats.longDay(day)}</span>
                        </button>
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
      <div class="editor-row">
        <label>
          {words.edit.slack}{" "}
          <select
            value={slack}
            onChange={(event) => {
              const days = Number(event.currentTarget.value);
              setSlack(days);
              set(picked, days);
            }}
          >
            {SLACK_DAYS.map((days) => (
              <option key={days} value={days}>
                {days === 0 ? words.edit.exactDays : words.edit.slackDays(formats.number(days))}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          class="button button-small"
          onClick={() => {
            setHalf(false);
            set(null);
          }}
        >
          {words.edit.anyDay}
        </button>
      </div>
      <WeekdayChecks
        chosen={weekdays}
        onChange={(days) => setDraft(withSlice(draft, target.slice, { weekdays: days }))}
      />
    </>
  );
}

export function WeekdayEditor({ draft, setDraft, target }: DraftProps) {
  return (
    <WeekdayChecks
      chosen={draft.slices[target.slice]?.weekdays ?? []}
      onChange={(weekdays) => setDraft(withSlice(draft, target.slice, { weekdays }))}
    />
  );
}

function WeekdayChecks(props: { chosen: readonly Weekday[]; onChange: (days: Weekday[]) => void }) {
  const { words } = useSpeech();
  return (
    <fieldset class="editor-checks editor-days">
      <legend>{words.edit.onlyOn}</legend>
      {WEEKDAYS.map((day) => (
        <label key={day}>
          <input
            type="checkbox"
            checked={props.chosen.includes(day)}
            onChange={() =>
              props.onChange(WEEKDAYS.filter((one) => (one === day) !== props.chosen.includes(one)))
            }
          />
          {words.value.weekday[day]}
        </label>
      ))}
    </fieldset>
  );
}

function isBetween(day: string, range: DateRange | null): boolean {
  if (range === null) return false;
  return (range.from === null || day >= range.from) && (range.to === null || day <= range.to);
}

/** What the prices of the days are asked for: this flight alone, on any day. */
function anyDayOf(draft: DraftProps["draft"], index: number): DraftProps["draft"] | null {
  const slice = draft.slices[index];
  if (!slice?.origin || !slice.destination) return null;
  return {
    ...draft,
    trip: "one_way",
    nights: null,
    slices: [{ ...slice, depart_date: null, weekdays: [] }],
    kind: null,
  };
}

function useDayPrices(
  query: DraftProps["draft"] | null,
  session: DraftProps["session"],
): ReadonlyMap<string, DayPrice> {
  const [prices, setPrices] = useState<ReadonlyMap<string, DayPrice>>(new Map());
  const key = JSON.stringify(query);
  useEffect(() => {
    let isWanted = true;
    if (query) {
      session.dayPrices(query).then(
        (days) => {
          if (isWanted) setPrices(new Map(days.map((day) => [day.date, day])));
        },
        // A calendar without prices still picks days.
        () => {},
      );
    }
    return () => {
      isWanted = false;
    };
  }, [key]);
  return prices;
}
