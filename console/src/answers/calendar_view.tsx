/** A price for each day as a heat map, month by month; a day leads to its flights. */

import type { ComponentChild } from "preact";
import { useRef, useState } from "preact/hooks";
import { useSpeech } from "../text/speech";
import type { DateRange, Sort } from "../wire";
import { type AnswerProps, currencyOf } from "./answer_view";
import { type DayPrice, daysIn, LEVELS, levelsOf, type Month, monthsOf } from "./calendar";

/** How far each key moves the chosen day. */
const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export function CalendarView({
  data,
  query,
  onSearch,
  sort = "price",
  chosen: dates = null,
}: AnswerProps & { sort?: Sort; chosen?: DateRange | null }) {
  const { words, formats } = useSpeech();
  const grid = useRef<HTMLDivElement>(null);
  const currency = currencyOf(data);
  const days = daysIn(data);
  const cheapest = days.reduce<DayPrice | null>(
    (best, day) => (best === null || Number(day.price) < Number(best.price) ? day : best),
    null,
  );
  // Where most days cost the least, marking them all would mark none.
  const isLowest = (day: DayPrice) => cheapest !== null && Number(day.price) === Number(cheapest.price);
  const isMarkWorthy = days.filter(isLowest).length * 2 <= days.length;
  const isMarked = (day: DayPrice) => isLowest(day) && (isMarkWorthy || days.length === 1);
  const [chosen, setChosen] = useState<string | null>(null);
  if (!cheapest) return null;
  const levels = levelsOf(days);
  const byDate = new Map(days.map((day) => [day.date, day]));
  const current = chosen !== null && byDate.has(chosen) ? chosen : cheapest.date;

  /** One stop of the tab key for the whole calendar; arrows move within it. */
  const move = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const isRtl = getComputedStyle(event.currentTarget as Element).direction === "rtl";
    const forward = isRtl && Math.abs(step) === 1 ? -step : step;
    const to = new Date(Date.parse(`${current}T00:00:00Z`) + forward * 86_400_000).toISOString().slice(0, 10);
    const target = byDate.has(to)
      ? to
      : forward > 0
        ? days.find(({ date }) => date > to)?.date
        : days.findLast(({ date }) => date < to)?.date;
    if (!target) return;
    setChosen(target);
    grid.current?.querySelector<HTMLElement>(`[data-date="${target}"]`)?.focus();
  };
  const pick = (date: string) => {
    const first = query?.slices[0];
    if (!query || !first) return;
    const slices = [
      { ...first, depart_date: { from: date, to: date }, weekdays: [] },
      ...query.slices.slice(1),
    ];
    onSearch({ ...query, slices, sort }, words.answer.showDay(formats.day(date)));
  };

  return (
    <div class="calendar">
      <p class="calendar-legend" aria-hidden="true">
        {words.answer.calendarLegend[0]}
        {Array.from({ length: LEVELS }, (_, level) => (
          <span key={level} class={`heat heat-${level}`} />
        ))}
        {words.answer.calendarLegend[1]}
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the buttons inside. */}
      <div class="months" ref={grid} onKeyDown={move}>
        {monthsOf(days).map((month) => (
          <MonthTable key={month.first} month={month}>
            {(date) => {
              const day = byDate.get(date);
              if (!day) return <span class="day-none">{Number(date.slice(8))}</span>;
              const price = formats.about(day.price, currency);
              return (
                <button
                  type="button"
                  data-date={date}
                  class={`day heat heat-${levels.get(date) ?? 0}${isMarked(day) ? " is-cheapest" : ""}${isIn(date, dates) ? " is-chosen" : ""}`}
                  tabIndex={date === current ? 0 : -1}
                  onClick={() => pick(date)}
                >
                  <span>{Number(date.slice(8))}</span>
                  <span class="day-price">{price}</span>
                  <span class="out-of-sight">
                    {words.answer.calendarDay(formats.longDay(date), formats.number(day.count))}
                  </span>
                </button>
              );
            }}
          </MonthTable>
        ))}
      </div>
    </div>
  );
}

function isIn(date: string, range: DateRange | null): boolean {
  if (range === null) return false;
  return (range.from === null || date >= range.from) && (range.to === null || date <= range.to);
}

function MonthTable({ month, children }: { month: Month; children: (date: string) => ComponentChild }) {
  const { formats } = useSpeech();
  return (
    <table class="month">
      <caption>{formats.month(month.first)}</caption>
      <thead>
        <tr>
          {formats.weekdayNames().map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {month.weeks.map((week) => (
          <tr key={week.find((date) => date !== null)}>
            {week.map((date, index) => (
              <td key={index}>{date !== null && children(date)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
