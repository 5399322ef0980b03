/** The order of the offers, as a row of buttons. */

import { useSpeech } from "../text/speech";
import type { Sort } from "../wire";

const ORDERS: readonly Sort[] = ["best", "price", "duration", "departure_time", "arrival_time", "emissions"];

export function SortTabs({ sort, onPick }: { sort: Sort; onPick: (sort: Sort) => void }) {
  const { words } = useSpeech();
  const orders = ORDERS.includes(sort) ? ORDERS : [...ORDERS, sort];
  return (
    <fieldset class="tabs sort">
      <legend class="out-of-sight">{words.sort.heading}</legend>
      {orders.map((order) => (
        <button
          key={order}
          type="button"
          aria-pressed={order === sort}
          onClick={() => {
            if (order !== sort) onPick(order);
          }}
        >
          {words.sort.names[order]}
        </button>
      ))}
    </fieldset>
  );
}
