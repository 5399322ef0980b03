/**
 * What goes over the wire, in the names of the contract.
 *
 * Each type has the name and the fields of its counterpart in `flight_search.domain`; a test on the Python
 * side compares them. Everything the server sends has all its fields; what the console sends may leave out
 * those with a default, hence `Partial` where a message is built.
 */

export type Trip = "one_way" | "round_trip" | "multi_city";
export type Cabin = "economy" | "premium_economy" | "business" | "first";
export type Sort =
  | "best"
  | "price"
  | "duration"
  | "departure_time"
  | "departure_time_desc"
  | "arrival_time"
  | "emissions";
export type Weekday = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
export type Kind =
  | "search"
  | "calendar"
  | "explore"
  | "fare"
  | "airlines"
  | "count"
  | "schedule"
  | "flight_number"
  | "aircraft"
  | "distance"
  | "airport"
  | "help"
  | "out_of_scope";
export type Engine = "local" | "llm" | "cache";
export type Status = "ok" | "no_match" | "partial" | "needs";
export type PriceBasis = "fare" | "estimate" | "sum_of_one_ways";

/** A decimal number written as text: money is never a float. */
export type Amount = string;

// ------------------------------------------------------------------------------------ the query

export interface Place {
  label: string;
  airports: string[];
}

export interface DateRange {
  from: string | null;
  to: string | null;
}

export interface TimeWindow {
  from: string | null;
  to: string | null;
}

export interface SliceQuery {
  origin: Place | null;
  destination: Place | null;
  depart_date: DateRange | null;
  weekdays: Weekday[];
  depart_time: TimeWindow | null;
  arrive_time: TimeWindow | null;
}

export interface IntRange {
  min: number | null;
  max: number | null;
}

export interface Passengers {
  adults: number;
  children: number;
  infants: number;
}

export interface Carriers {
  include: string[];
  exclude: string[];
}

export interface PriceRange {
  min: Amount | null;
  max: Amount | null;
  currency: string;
}

export interface DurationLimit {
  max_minutes: number | null;
}

export interface LayoverRange {
  min_minutes: number | null;
  max_minutes: number | null;
}

export interface Connections {
  via: string[];
  avoid: string[];
}

export interface Bags {
  carry_on: number | null;
  checked: number | null;
}

export interface FlightNumber {
  carrier: string;
  number: string;
}

export interface FlightQuery {
  trip: Trip;
  slices: SliceQuery[];
  nights: IntRange | null;
  passengers: Passengers;
  cabin: Cabin | null;
  stops: IntRange;
  carriers: Carriers;
  price: PriceRange;
  duration: DurationLimit;
  layover: LayoverRange;
  connections: Connections;
  bags: Bags;
  refundable: boolean | null;
  sort: Sort;
  preferences: string;
  flight: FlightNumber | null;
  /** The answer it was asked for; null for offers. */
  kind: Kind | null;
}

// ----------------------------------------------------------------------------------- the intent

export interface Understood {
  field: string;
  text: string;
  start: number;
  end: number;
}

export interface IntentAnswer {
  kind: Kind;
  query: FlightQuery | null;
  missing: string[];
  unsupported: string[];
  question: string | null;
  understood: Understood[];
  confidence: number;
  engine: Engine;
  degraded: string[];
  took_ms: number;
  locale: string | null;
}

// ----------------------------------------------------------------------------------- the offers

export interface Price {
  amount: string;
  currency: string;
  basis: PriceBasis;
}

export interface Segment {
  carrier: string;
  operating_carrier: string;
  flight_number: string;
  aircraft: string | null;
  origin: string;
  destination: string;
  departs_at: string;
  arrives_at: string;
  duration_minutes: number;
  cabin: Cabin;
  carrier_name: string;
  origin_city: string;
  destination_city: string;
}

export interface Slice {
  duration_minutes: number;
  stops: number;
  segments: Segment[];
}

export interface Offer {
  id: string;
  score: number;
  score_parts: Record<string, number>;
  price: Price;
  emissions_kg: number | null;
  /** The median of all offers on the routes of its slices. */
  emissions_typical_kg: number | null;
  slices: Slice[];
  reasons: string[];
  warnings: string[];
}

export interface HistogramBin {
  from: Amount;
  to: Amount;
  count: number;
}

export interface PriceSummary {
  min: Amount | null;
  median: Amount | null;
  max: Amount | null;
  currency: string;
  histogram: HistogramBin[];
}

export interface FacetCount {
  value: string;
  label: string;
  count: number;
  min_price: Amount | null;
}

/** Lowest, median and highest; null where it is not known. */
export interface Spread {
  min: number | null;
  median: number | null;
  max: number | null;
}

/** All but the first three are empty where there are too many matches to count. */
export interface Facets {
  carriers: FacetCount[];
  stops: FacetCount[];
  price: PriceSummary;
  /** Of the first slice. */
  origins: FacetCount[];
  destinations: FacetCount[];
  /** Where one changes. */
  connections: FacetCount[];
  /** Counts by local hour, one row of 24 per slice. */
  departure_hours: number[][];
  arrival_hours: number[][];
  /** Of the longest slice, in minutes. */
  duration: Spread;
  /** Of the whole journey, kg for one adult. */
  emissions: Spread;
}

export interface Relaxation {
  field: string;
  text: string;
  change: Record<string, unknown>;
  total: number;
  from_price: Amount | null;
  currency: string;
}

export interface SearchResult {
  status: Status;
  query: FlightQuery;
  offers: Offer[];
  total: number;
  facets: Facets;
  relaxations: Relaxation[];
  notes: string[];
  degraded: string[];
  unsupported: string[];
  snapshot: string;
  fares: string;
  as_of: string;
  next_cursor: string | null;
  timings_ms: Record<string, number>;
  plan: Record<string, unknown> | null;
}

export interface AnswerResult {
  text: string;
  data: Record<string, unknown>;
  offers: Offer[];
  status: Status;
  degraded: string[];
  unsupported: string[];
  snapshot: string;
  fares: string;
  as_of: string;
  timings_ms: Record<string, number>;
}

export interface SourceInfo {
  name: string;
  title: string;
  licence: string;
  data_date: string;
  sha256: string;
  note: string;
}

export interface FaresInfo {
  name: string;
  applied_at: string;
  offers: number;
  sold_out: number;
}

export interface SnapshotInfo {
  name: string;
  built_at: string;
  offers: number;
  profiles: number;
  airports: number;
  first_day: string;
  last_day: string;
  currency: string;
  embedding_model: string;
  sources: SourceInfo[];
  as_of: string | null;
  fares: FaresInfo | null;
  routes: number;
}

// ------------------------------------------------------------------------------------- the chat

export interface SearchRequest {
  query: FlightQuery;
  limit: number;
  cursor: string | null;
  explain?: boolean;
}

export interface AskRequest {
  text: string;
  now: string | null;
  locale: string;
  currency: string;
  previous: FlightQuery | null;
  limit: number;
}

export interface AskResult {
  intent: IntentAnswer;
  result: SearchResult | AnswerResult;
}

export interface ChatRequest {
  text: string;
  session: string;
  id: string;
  query: FlightQuery | null;
  previous: FlightQuery | null;
  locale: string;
  currency: string;
  limit: number;
}

export interface UnderstoodEvent {
  event: "understood";
  id: string;
  intent: IntentAnswer;
}

export interface ResultsEvent {
  event: "results";
  id: string;
  result: SearchResult | AnswerResult;
}

export interface ReplyEvent {
  event: "reply";
  id: string;
  text: string;
  replaces: boolean;
}

export interface DoneEvent {
  event: "done";
  id: string;
  took_ms: number;
  degraded: string[];
}

export interface ProblemEvent {
  event: "problem";
  id: string;
  problem: Record<string, unknown>;
}

export type ChatEvent = UnderstoodEvent | ResultsEvent | ReplyEvent | DoneEvent | ProblemEvent;

/** Offers of a search and answers of the other kinds come in the same place; an answer has a text. */
export function isSearchResult(result: SearchResult | AnswerResult): result is SearchResult {
  return "query" in result;
}
