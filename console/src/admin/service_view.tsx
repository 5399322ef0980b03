/** One service: its health first, then what it holds, was asked and spent. */

import type { ComponentChildren } from "preact";
import { useSpeech } from "../text/speech";
import type { Count, ServiceReport, SnapshotRow } from "./api";

const FAILED_FROM = 400;

export function ServiceView(props: { report: ServiceReport; now: string; onUse: (name: string) => void }) {
  const { words, formats } = useSpeech();
  const { report } = props;
  const { asked } = report;
  const failed = report.requests.filter(({ status }) => Number(status) >= FAILED_FROM);
  const answered = report.requests.filter(({ status }) => Number(status) < FAILED_FROM);
  const requestRow = (row: ServiceReport["requests"][number]) => [
    `${row.method} ${row.route}`,
    row.status,
    formats.number(row.count),
  ];
  return (
    <section class="service" aria-label={words.admin.service(report.role)}>
      <h2>
        {words.admin.service(report.role)}
        {report.version && (
          <span>
            {report.version}
            {report.started_at && ` · ${words.admin.since(formats.instant(report.started_at))}`}
          </span>
        )}
      </h2>
      {report.problem && <p class="remark remark-warn">{report.problem}</p>}
      <ul class="parts">
        {report.parts.map(({ name, is_ready, detail }) => (
          <li key={name} class={is_ready ? "part" : "part is-down"}>
            <strong>{name}</strong> {is_ready ? words.admin.ready : words.admin.notReady}
            {detail && <span>{detail}</span>}
          </li>
        ))}
      </ul>
      <div class="panels">
        {report.snapshots.length > 0 && (
          <Panel title={words.admin.snapshots} isWide>
            <Snapshots rows={report.snapshots} now={props.now} onUse={props.onUse} />
          </Panel>
        )}
        <Table
          title={words.admin.requests}
          head={words.admin.requestColumns}
          rows={answered.map(requestRow)}
        />
        <Table title={words.admin.failed} head={words.admin.requestColumns} rows={failed.map(requestRow)} />
        {asked && (
          <>
            <Counts title={words.admin.routes} counts={asked.routes} />
            <Counts title={words.admin.empty} counts={asked.empty} />
            <Counts title={words.admin.kinds} counts={asked.kinds} />
            <Counts title={words.admin.problems} counts={asked.problems} />
            <Counts title={words.admin.unread} counts={asked.unread} note={words.admin.privacy} />
            <Counts title={words.admin.unsupported} counts={asked.unsupported} />
          </>
        )}
        <Table
          title={words.admin.caches}
          head={words.admin.cacheColumns}
          rows={report.caches.map(({ cache, hits, misses, others }) => [
            cache,
            formats.percent(hits + misses > 0 ? hits / (hits + misses) : 0),
            formats.number(hits),
            formats.number(misses),
            formats.number(others),
          ])}
        />
        <Table
          title={words.admin.models}
          head={words.admin.modelColumns}
          rows={report.models.map((row) => [
            row.model,
            formats.number(row.calls),
            formats.number(row.failed),
            formats.number(row.prompt_tokens + row.completion_tokens),
            formats.money(String(row.cost_usd), "USD"),
          ])}
        />
        <Counts title={words.admin.degraded} counts={report.degraded} />
      </div>
    </section>
  );
}

function Panel(props: { title: string; isWide?: boolean; children: ComponentChildren }) {
  return (
    <section class={props.isWide ? "panel is-wide" : "panel"}>
      <h3>{props.title}</h3>
      {props.children}
    </section>
  );
}

function Counts({ title, counts, note = "" }: { title: string; counts: readonly Count[]; note?: string }) {
  const { words, formats } = useSpeech();
  const most = Math.max(1, ...counts.map(({ count }) => count));
  return (
    <Panel title={title}>
      {counts.length === 0 && <p class="none">{words.admin.nothing}</p>}
      <ol class="counts">
        {counts.map(({ name, count }) => (
          <li key={name}>
            <bdi>{name}</bdi>
            <span>{formats.number(count)}</span>
            <span class="count-bar" style={{ inlineSize: `${(count / most) * 100}%` }} />
          </li>
        ))}
      </ol>
      {note && <p class="none">{note}</p>}
    </Panel>
  );
}

function Table(props: { title: string; head: readonly string[]; rows: readonly (readonly string[])[] }) {
  const { words } = useSpeech();
  return (
    <Panel title={props.title}>
      {props.rows.length === 0 ? (
        <p class="none">{words.admin.nothing}</p>
      ) : (
        <Scroll label={props.title}>
          <table>
            <thead>
              <tr>
                {props.head.map((name, index) => (
                  <th key={name} scope="col" class={index > 0 ? "figure" : undefined}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {props.rows.map((row) => (
                <tr key={row.join()}>
                  {row.map((cell, index) =>
                    index === 0 ? (
                      <th key={index} scope="row">
                        {cell}
                      </th>
                    ) : (
                      <td key={index} class="figure">
                        {cell}
                      </td>
                    ),
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  );
}

function Snapshots(props: { rows: readonly SnapshotRow[]; now: string; onUse: (name: string) => void }) {
  const { words, formats } = useSpeech();
  const age = (built: string | null) =>
    built === null ? "" : formats.ago((Date.parse(props.now) - Date.parse(built)) / 1_000);
  return (
    <Scroll label={words.admin.snapshots}>
      <table>
        <thead>
          <tr>
            {words.admin.snapshotColumns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              <td>{age(row.built_at)}</td>
              <td>{formats.number(row.offers)}</td>
              <td>{row.first_day && `${formats.day(row.first_day)} – ${formats.day(row.last_day)}`}</td>
              <td>{formats.megabytes(row.bytes / 1e6)}</td>
              <td>
                {row.problem && <p class="bad">{row.problem}</p>}
                {row.is_current ? (
                  <strong class="good">{words.admin.current}</strong>
                ) : (
                  <button
                    type="button"
                    class="button button-small"
                    disabled={row.problem !== ""}
                    aria-label={words.admin.useThis(row.name)}
                    onClick={() => props.onUse(row.name)}
                  >
                    {words.admin.use}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** A table that may be longer than its frame: whoever has no mouse scrolls it by keys. */
function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <section class="panel-scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
