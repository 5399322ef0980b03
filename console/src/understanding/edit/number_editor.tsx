/** Numbers: people, nights, bags, money, minutes. */

import { useId } from "preact/hooks";
import { CURRENCIES } from "../../text/currencies";
import { useSpeech } from "../../text/speech";
import type { FlightQuery } from "../../wire";
import type { DraftProps } from "./editor";

const MOST_PEOPLE = 9;
const MOST_NIGHTS = 90;
const MOST_BAGS = 5;

export function PassengersEditor({ draft, setDraft }: DraftProps) {
  const { words } = useSpeech();
  const { passengers } = draft;
  const set = (change: Partial<FlightQuery["passengers"]>) =>
    setDraft({ ...draft, passengers: { ...passengers, ...change } });
  return (
    <>
      <Stepper
        label={words.edit.adults}
        value={passengers.adults}
        min={passengers.children > 0 ? 0 : 1}
        max={MOST_PEOPLE}
        onChange={(adults) => set({ adults })}
      />
      <Stepper
        label={words.edit.children}
        value={passengers.children}
        max={MOST_PEOPLE}
        onChange={(children) => set({ children })}
      />
      <Stepper
        label={words.edit.infants}
        value={passengers.infants}
        max={Math.max(passengers.adults, passengers.infants)}
        onChange={(infants) => set({ infants })}
      />
    </>
  );
}

export function NightsEditor({ draft, setDraft }: DraftProps) {
  const { words } = useSpeech();
  const { min = null, max = null } = draft.nights ?? {};
  const set = (from: number, to: number) => setDraft({ ...draft, nights: { min: from, max: to } });
  const low = min ?? 0;
  const high = max ?? Math.max(low, 7);
  return (
    <>
      <Stepper
        label={words.edit.leastNights}
        value={low}
        max={MOST_NIGHTS}
        onChange={(from) => set(from, Math.max(from, high))}
      />
      <Stepper
        label={words.edit.mostNights}
        value={high}
        max={MOST_NIGHTS}
        onChange={(to) => set(Math.min(low, to), to)}
      />
    </>
  );
}

export function BagsEditor({ draft, setDraft }: DraftProps) {
  const { words } = useSpeech();
  const { bags } = draft;
  const set = (change: Partial<FlightQuery["bags"]>) => setDraft({ ...draft, bags: { ...bags, ...change } });
  return (
    <>
      <Stepper
        label={words.chip.carryOn}
        value={bags.carry_on ?? 0}
        max={MOST_BAGS}
        onChange={(count) => set({ carry_on: count || null })}
      />
      <Stepper
        label={words.chip.checked}
        value={bags.checked ?? 0}
        max={MOST_BAGS}
        onChange={(count) => set({ checked: count || null })}
      />
    </>
  );
}

export function PriceEditor({ draft, setDraft, session }: DraftProps) {
  const { words } = useSpeech();
  const { price } = draft;
  const set = (change: Partial<FlightQuery["price"]>) =>
    setDraft({ ...draft, price: { ...price, ...change } });
  const amount = (side: "min" | "max", label: string) => (
    <label>
      {label}
      <input
        type="number"
        inputMode="decimal"
        min="0"
        max="1000000"
        step="any"
        value={price[side] ?? ""}
        onInput={({ currentTarget }) =>
          set({ [side]: currentTarget.value === "" ? null : String(Math.abs(currentTarget.valueAsNumber)) })
        }
      />
    </label>
  );
  const known = CURRENCIES.includes(price.currency) ? CURRENCIES : [price.currency, ...CURRENCIES];
  return (
    <div class="editor-row">
      {amount("max", words.edit.atMost)}
      {amount("min", words.edit.atLeast)}
      <label>
        {words.edit.currency}
        <select
          value={price.currency}
          onChange={({ currentTarget }) => {
            session.useCurrency(currentTarget.value);
            set({ currency: currentTarget.value });
          }}
        >
          {known.map((code) => (
            <option key={code} value={code}>
              {code}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

const MINUTES = 60;

export function DurationEditor({ draft, setDraft, target }: DraftProps) {
  const { words } = useSpeech();
  const hours = (minutes: number | null) => (minutes === null ? "" : String(minutes / MINUTES));
  const field = (label: string, minutes: number | null, onChange: (minutes: number | null) => void) => (
    <label>
      {label}
      <input
        type="number"
        inputMode="decimal"
        min="0"
        max="72"
        step="0.5"
        value={hours(minutes)}
        onInput={({ currentTarget }) =>
          onChange(currentTarget.value === "" ? null : Math.round(currentTarget.valueAsNumber * MINUTES))
        }
      />
    </label>
  );
  if (target.field === "duration") {
    return (
      <div class="editor-row">
        {field(words.edit.mostHours, draft.duration.max_minutes, (max_minutes) =>
          setDraft({ ...draft, duration: { max_minutes } }),
        )}
      </div>
    );
  }
  const { layover } = draft;
  return (
    <div class="editor-row">
      {field(words.edit.leastHours, layover.min_minutes, (min_minutes) =>
        setDraft({ ...draft, layover: { ...layover, min_minutes } }),
      )}
      {field(words.edit.mostHours, layover.max_minutes, (max_minutes) =>
        setDraft({ ...draft, layover: { ...layover, max_minutes } }),
      )}
    </div>
  );
}

function Stepper(props: {
  label: string;
  value: number;
  min?: number;
  max: number;
  onChange: (value: number) => void;
}) {
  const { words } = useSpeech();
  const id = useId();
  const { value, min = 0, max } = props;
  const step = (by: number, label: string, sign: string) => (
    <button
      type="button"
      class="step"
      aria-label={label}
      disabled={value + by < min || value + by > max}
      onClick={() => props.onChange(value + by)}
    >
      {sign}
    </button>
  );
  return (
    <div class="stepper">
      <label for={id}>{props.label}</label>
      {step(-1, words.edit.fewer(props.label), "−")}
      <input
        id={id}
        type="number"
        inputMode="numeric"
        min={min}
        max={max}
        value={value}
        onInput={({ currentTarget }) => {
          const next = Math.round(currentTarget.valueAsNumber);
          if (Number.isFinite(next)) props.onChange(Math.min(max, Math.max(min, next)));
        }}
      />
      {step(1, words.edit.more(props.label), "+")}
    </div>
  );
}
