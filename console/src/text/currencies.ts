/** The currencies that people can choose: those with a reference rate of the European Central Bank. */

export const CURRENCIES: readonly string[] = (
  "USD EUR GBP CAD AUD CHF JPY CNY INR BRL MXN SEK NOK DKK PLN CZK HUF RON TRY ISK ILS ZAR " +
  "KRW SGD HKD NZD THB IDR MYR PHP"
).split(" ");

/** Where each currency is at home; a region without an entry pays in dollars here. */
const REGIONS: Readonly<Record<string, string>> = {
  US: "USD",
  GB: "GBP",
  CA: "CAD",
  AU: "AUD",
  CH: "CHF",
  LI: "CHF",
  JP: "JPY",
  CN: "CNY",
  IN: "INR",
  BR: "BRL",
  MX: "MXN",
  SE: "SEK",
  NO: "NOK",
  DK: "DKK",
  PL: "PLN",
  CZ: "CZK",
  HU: "HUF",
  RO: "RON",
  TR: "TRY",
  IS: "ISK",
  IL: "ILS",
  ZA: "ZAR",
  KR: "KRW",
  SG: "SGD",
  HK: "HKD",
  NZ: "NZD",
  TH: "THB",
  ID: "IDR",
  MY: "MYR",
  PH: "PHP",
  AT: "EUR",
  BE: "EUR",
  CY: "EUR",
  DE: "EUR",
  EE: "EUR",
  ES: "EUR",
  FI: "EUR",
  FR: "EUR",
  GR: "EUR",
  HR: "EUR",
  IE: "EUR",
  IT: "EUR",
  LT: "EUR",
  LU: "EUR",
  LV: "EUR",
  MT: "EUR",
  NL: "EUR",
  PT: "EUR",
  SI: "EUR",
  SK: "EUR",
};

/** The currency of a locale's region: `de-DE` and `de` pay in euros. */
export function currencyOf(locale: string): string {
  try {
    const region = new Intl.Locale(locale).maximize().region ?? "";
    return REGIONS[region] ?? "USD";
  } catch {
    return "USD";
  }
}
