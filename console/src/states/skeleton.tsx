/** Cards without words, where the offers will stand. */

const CARDS = [0, 1, 2, 3];

export function Skeleton() {
  return (
    <div class="skeleton" aria-hidden="true">
      {CARDS.map((card) => (
        <div key={card} class="skeleton-card">
          <span />
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}
